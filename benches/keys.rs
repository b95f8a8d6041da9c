//! From a key to the frame that answers it, with a million calls loaded.
//!
//! ```text
//! cargo bench --bench keys               # a million calls
//! cargo bench --bench keys -- 200000
//! ```
//!
//! Everything but the terminal itself: the key through `App::press`, the state settled, the frame of 200 × 50 drawn. While
//! a filter is typed its count is made beside the keys, in parts: of that there is how long the longest part took, and
//! how long after the key the count stood. At last what a frame costs when nothing, or one call, is new.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::time::{Duration, Instant};

use callscope::app::{App, Code, Key, Options};
use callscope::ingest::event::{Event, SourceInfo};
use callscope::model::{Call, Scribe, SourceId, Span, Stamp, Status, Usage, Window};
use callscope::price::Catalog;
use callscope::ui::glyphs::GlyphSet;
use callscope::ui::layout::Thresholds;
use callscope::ui::theme::Theme;
use callscope::ui::{Look, draw};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const AREA: Rect = Rect { x: 0, y: 0, width: 200, height: 50 };

/// Calls over thirty days, ending now.
fn app(calls: u64) -> App {
    let now = Stamp::now();
    let options = Options { window: Some(Window::All), theme: "default".to_owned(), ..Options::default() };
    let mut app = App::new(options, Box::new(Catalog::with(callscope::price::OwnPrices::default())), now);
    app.absorb(Event::Found(SourceInfo { path: "calls.jsonl".into(), ..SourceInfo::default() }), now);
    let mut scribe = Scribe::new(SourceId(0));
    let each = 30 * 86_400_000 / calls.max(1) as i64;
    for nth in 0..calls {
        let (id, user, session) = (format!("call-{nth:07}"), format!("u{}", nth % 97), format!("s{}", nth / 12));
        let preview = format!("My parcel {} says delivered but I never got it", nth % 9_973);
        let call = Call {
            at: now.minus((calls - nth) as i64 * each),
            id: Some(id.as_str().into()),
            model: Some(["gpt-5", "gpt-5-mini", "claude-sonnet-4-5", "claude-haiku-4-5"][nth as usize % 4].into()),
            provider: Some(["openai", "openai", "anthropic", "anthropic"][nth as usize % 4].into()),
            route: Some(["chat", "triage", "extract", "plan", "summarise"][nth as usize / 4 % 5].into()),
            user: Some(user.as_str().into()),
            session: Some(session.as_str().into()),
            preview: Some(preview.as_str().into()),
            usage: Usage {
                input: Some(500 + (nth * 7 % 4_000) as u32),
                cache_read: Some((nth * 13 % 9_000) as u32),
                output: Some(20 + (nth * 31 % 900) as u32),
                ..Usage::default()
            },
            took: Some(300_000_000 + nth * 7_919 % 9_000_000_000),
            first_token: Some(200_000_000),
            confidence: Some((nth % 100) as f64 / 100.0),
            overridden: Some(nth % 31 == 0),
            status: if nth % 53 == 0 { Status::Error } else { Status::Success },
            error_type: (nth % 53 == 0).then(|| "rate_limit".into()),
            ..Call::default()
        };
        scribe.write(&call, nth + 1, Span { at: nth * 300, len: 299 });
        if nth % 20_000 == 0 {
            app.absorb(Event::Batch(scribe.take()), now);
        }
    }
    app.absorb(Event::Batch(scribe.take()), now);
    app.absorb(Event::CaughtUp, now);
    app
}

struct Desk {
    app: App,
    buf: Buffer,
    theme: Theme,
    /// The longest part of a count, and the longest time until one stood.
    part: Duration,
    stood: Duration,
    /// Calls told after the first.
    told: u64,
}

impl Desk {
    fn frame(&mut self) {
        self.app.settle(Stamp::now());
        let look = Look {
            theme: &self.theme,
            glyphs: GlyphSet::Braille.glyphs(),
            thresholds: Thresholds::default(),
            swatches: None,
        };
        // As a terminal does before each frame.
        self.buf.reset();
        self.app.shown = draw(&self.app, &look, AREA, &mut self.buf);
    }

    /// A call comes.
    fn tell(&mut self) {
        let (mut scribe, now) = (Scribe::new(SourceId(0)), Stamp::now());
        self.told += 1;
        let call = Call {
            at: now,
            id: Some(format!("new-{}", self.told).into()),
            model: Some("gpt-5".into()),
            route: Some("chat".into()),
            usage: Usage { input: Some(900), output: Some(90), ..Usage::default() },
            took: Some(900_000_000),
            confidence: Some(0.8),
            ..Call::default()
        };
        scribe.write(&call, self.told, Span { at: self.told * 300, len: 299 });
        self.app.absorb(Event::Batch(scribe.take()), now);
    }

    /// Key to frame. What is counted beside the keys goes on afterwards.
    fn press(&mut self, key: Key) -> Duration {
        let began = Instant::now();
        self.app.press(key, Stamp::now());
        self.frame();
        let took = began.elapsed();
        loop {
            let part = Instant::now();
            if !self.app.count_on() {
                break;
            }
            self.part = self.part.max(part.elapsed());
        }
        self.stood = self.stood.max(began.elapsed());
        self.frame();
        took
    }

    /// Presses keys written as text; `⏎` is Enter, `⎋` Esc, `⇥` Tab.
    fn keys(&mut self, keys: &str) -> Vec<Duration> {
        let key = |c| match c {
            '⏎' => Key::plain(Code::Enter),
            '⎋' => Key::plain(Code::Esc),
            '⇥' => Key::plain(Code::Tab),
            '⌫' => Key::plain(Code::Backspace),
            c => Key::char(c),
        };
        keys.chars().map(|c| self.press(key(c))).collect()
    }

    fn report(&mut self, name: &str, scripts: &[&str]) {
        (self.part, self.stood) = (Duration::ZERO, Duration::ZERO);
        let mut took: Vec<Duration> = scripts.iter().flat_map(|keys| self.keys(keys)).collect();
        took.sort();
        let at = |share: f64| took[((took.len() as f64 * share) as usize).min(took.len() - 1)].as_secs_f64() * 1e3;
        let [part, stood] = [self.part, self.stood].map(|time| time.as_secs_f64() * 1e3);
        println!(
            "{name:<18} {:>4} keys   p50 {:6.2} ms   p95 {:6.2} ms   p99 {:6.2} ms   worst {:6.2} ms   part {part:5.1} ms   stood {stood:6.1} ms",
            took.len(),
            at(0.5),
            at(0.95),
            at(0.99),
            at(1.0)
        );
    }
}

fn main() {
    let calls = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    let began = Instant::now();
    let mut desk = Desk {
        app: app(calls),
        buf: Buffer::empty(AREA),
        theme: Theme::default(),
        part: Duration::ZERO,
        stood: Duration::ZERO,
        told: calls + 1,
    };
    desk.frame();
    println!("{calls} calls in {:.1} s", began.elapsed().as_secs_f64());
    desk.keys("2");
    let filters = [
        "/model:sonnet⎋",
        "/route:chat cost>.01⏎⎋",
        "/parcel 77⎋",
        "/-model:gpt is:error⏎⎋",
        "/user=u7,u8 took>2s⌫⌫⌫⎋",
    ];
    desk.report("typing, Calls", &filters);
    desk.keys("1");
    desk.report("typing, Overview", &filters);
    desk.keys("3");
    desk.report("typing, Models", &filters);
    desk.keys("2");
    desk.report("j k", &["jjjjjjjjjjkkkkkkkkkkjjjjjjjjjjkkkkk"]);
    desk.report("h l", &["lllllhhhhhlllllhhhhh"]);
    desk.report("Tab", &["⇥⇥⇥⇥"]);
    desk.report("s", &["lslslslslss"]);
    desk.keys("f");
    desk.report("w W", &["wwwwwwWWWWWW"]);
    desk.report("screens", &["123456123456"]);
    for (screen, keys) in [
        ("Overview", "1"),
        ("Calls", "2"),
        ("Call", "2⏎"),
        ("Models", "⎋3"),
        ("Routes", "4"),
        ("Alerts", "5"),
        ("Audit", "6"),
    ] {
        desk.keys(keys);
        let frames = 200_u32;
        let mut time = |new: bool| {
            let began = Instant::now();
            for _ in 0..frames {
                if new {
                    desk.tell();
                }
                desk.frame();
            }
            began.elapsed().as_secs_f64() * 1e3 / f64::from(frames)
        };
        println!("a frame of {screen:<10} {:6.3} ms   with a new call {:6.3} ms", time(false), time(true));
    }
}
