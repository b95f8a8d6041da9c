//! Every screen at every size, from a fixed scene: what it shows, that it fits, and that it tells nothing by colour
//! alone.
//!
//! Local times are shown, so these run in UTC: see [`utc`].

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test or a benchmark may fail loudly")]

#[path = "screens/picture.rs"]
mod picture;
#[path = "screens/scene.rs"]
mod scene;

use std::process::Command;

use callscope::app::{Action, App, Clock, Code, Edit, Key, Pane, Screen, Side, Step, Turn};
use callscope::model::time::{DAY, MINUTE};
use callscope::model::{Call, Currency, Usage, Window};
use callscope::ui::glyphs::GlyphSet;
use callscope::ui::theme::{Depth, Theme};
use picture::Camera;
use proptest::prelude::*;
use ratatui::style::{Color, Modifier};
use scene::{NOW, Without, answer};

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 36), (200, 50), (60, 50)];

/// Runs a test of this file again with the clock of UTC. `std::env::set_var` would be unsafe among threads.
fn utc(test: &str, body: impl FnOnce()) {
    if std::env::var("TZ").as_deref() == Ok("UTC") {
        return body();
    }
    let this = std::env::current_exe().expect("a test is a program");
    let mut again = Command::new(this);
    again.args([test, "--exact", "--nocapture"]).env("TZ", "UTC");
    let again = again.output();
    let run = again.expect("it can be run again");
    let said = String::from_utf8_lossy(&run.stderr).into_owned() + &String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}");
}

/// The scene after some deeds.
fn after(actions: &[Action]) -> App {
    acted(scene::scene(Without::default()), actions)
}

fn acted(mut app: App, actions: &[Action]) -> App {
    for action in actions {
        app.update(action.clone(), NOW);
        answer(&mut app);
    }
    app
}

fn typed(mut app: App, text: &str) -> App {
    app.update(Action::Edit(Edit::Insert(text.to_owned())), NOW);
    answer(&mut app);
    app
}

/// A state that is made when it is looked at: dozens at once, unoptimised, are more than a thread's stack holds.
type Lazy = Box<dyn Fn() -> App>;

fn lazy(make: impl Fn() -> App + 'static) -> Lazy {
    Box::new(make)
}

/// Where a person can be, and the way there.
fn places() -> Vec<(&'static str, Lazy)> {
    const ALL: Action = Action::Window(Window::All);
    const FAILED: Action = Action::Failed(Turn::Next);
    vec![
        ("overview", lazy(|| after(&[]))),
        ("overview_all", lazy(|| after(&[ALL]))),
        ("burn", lazy(scene::burning)),
        ("burn_focus", lazy(|| acted(scene::burning(), &[Action::Focus(Turn::Previous)]))),
        ("heat", lazy(|| after(&[Action::Heat]))),
        ("heat_zoomed", lazy(|| after(&[Action::Heat, Action::GroupNext, Action::Zoom]))),
        ("heat_box", lazy(boxed)),
        ("calls", lazy(|| after(&[Action::Screen(Screen::Calls)]))),
        ("calls_heat", lazy(|| after(&[Action::Screen(Screen::Calls), Action::Heat]))),
        (
            "filter",
            lazy(|| typed(after(&[Action::Screen(Screen::Calls), Action::Find]), "model:sonnet,opus cost>.005 ro")),
        ),
        ("call", lazy(|| after(&[Action::Screen(Screen::Calls), Action::Open]))),
        (
            "call_failed",
            lazy(|| {
                let calls = after(&[Action::Screen(Screen::Calls), Action::Find]);
                acted(typed(calls, "is:error"), &[Action::Accept, Action::Open])
            }),
        ),
        ("request", lazy(|| after(&[Action::Screen(Screen::Calls), Action::Open, Action::Focus(Turn::Next)]))),
        ("raw", lazy(|| after(&[Action::Screen(Screen::Calls), Action::Open, Action::Focus(Turn::Previous)]))),
        ("models", lazy(|| after(&[Action::Screen(Screen::Models)]))),
        (
            "days",
            lazy(|| after(&[ALL, Action::Screen(Screen::Models), Action::GroupBy(callscope::app::Grouping::Day)])),
        ),
        ("routes", lazy(|| after(&[Action::Screen(Screen::Routes)]))),
        ("triage", lazy(|| after(&[Action::Screen(Screen::Routes), Action::Move(Step::Down)]))),
        ("alerts", lazy(|| looked(after(&[Action::Screen(Screen::Alerts)])))),
        ("alerts_all", lazy(judged)),
        (
            "alerts_calls",
            lazy(|| acted(looked(after(&[Action::Screen(Screen::Alerts)])), &[Action::Focus(Turn::Previous)])),
        ),
        ("alerts_none", lazy(|| looked(acted(scene::searched("gpt-5"), &[Action::Screen(Screen::Alerts)])))),
        ("overview_alerts", lazy(|| looked(after(&[])))),
        (
            "lab",
            lazy(|| {
                after(&[Action::Screen(Screen::Routes), Action::Pane(Pane::Confidence), Action::Finer, Action::Zoom])
            }),
        ),
        ("all_models", lazy(|| after(&[Action::Screen(Screen::Routes), Action::GroupNext, Action::Move(Step::Last)]))),
        ("unsure", lazy(|| acted(scene::scene(Without { confidence: true }), &[Action::Screen(Screen::Routes)]))),
        ("audit", lazy(|| acted(scene::books(), &[Action::Screen(Screen::Audit)]))),
        ("audit_cost", lazy(|| acted(scene::books(), &[Action::Screen(Screen::Audit), FAILED, FAILED, FAILED]))),
        ("audit_alone", lazy(|| after(&[Action::Screen(Screen::Audit)]))),
        ("sources", lazy(|| after(&[Action::Sources, Action::Move(Step::Down)]))),
        ("differ", lazy(|| after(&[Action::Screen(Screen::Models), Action::Differ]))),
        ("differ_name", lazy(|| after(&[Action::Screen(Screen::Models), Action::Differ, Action::Move(Step::Down)]))),
        ("differ_too_few", lazy(|| after(&[Action::Screen(Screen::Routes), Action::Differ]))),
        ("change", lazy(|| after(&[Action::Window(Window::Day), Action::Change]))),
        ("templates", lazy(|| after(&[Action::Screen(Screen::Templates)]))),
        (
            "columns",
            lazy(|| {
                // The card is opened over a table that is seen.
                let mut app = after(&[Action::Screen(Screen::Calls)]);
                shown(&mut app, 120, 36);
                acted(app, &[Action::Columns, Action::Shift(Turn::Next), Action::Move(Step::Down)])
            }),
        ),
        (
            "columns_all",
            lazy(|| {
                let mut app = after(&[Action::Screen(Screen::Calls)]);
                app.remember_columns(&callscope::app::Column::OF_CALLS.map(|column| column.word().to_owned()));
                acted(app, &[Action::Side(Side::Right), Action::Side(Side::Right)])
            }),
        ),
        ("compare", lazy(|| after(&[Action::Screen(Screen::Calls), Action::Mark, Action::Mark, Action::Differ]))),
        ("time", lazy(|| typed(after(&[Action::Screen(Screen::Calls), Action::AskTime]), "-20m"))),
        (
            "templates_system",
            lazy(|| after(&[Action::Screen(Screen::Templates), Action::Move(Step::Down), Action::Move(Step::Down)])),
        ),
        ("templates_masked", lazy(|| after(&[Action::Mask, Action::Screen(Screen::Templates)]))),
        ("templates_learning", lazy(|| learning(false))),
        ("templates_none", lazy(|| learning(true))),
        ("help", lazy(|| after(&[Action::Help]))),
        ("drawer", lazy(|| after(&[Action::Drawer]))),
        ("palette", lazy(|| after(&[Action::Palette]))),
        ("loading", lazy(loading)),
        ("empty", lazy(|| acted(scene::fresh(), &[]))),
        ("unreadable", lazy(unreadable)),
        ("nothing_kept", lazy(|| typed(after(&[Action::Find]), "model:nothing"))),
        ("masked", lazy(|| after(&[Action::Mask, Action::Screen(Screen::Calls), Action::Open]))),
    ]
}

/// A box that is being drawn on the heat strip of all calls.
fn boxed() -> App {
    let mut app = after(&[Action::Heat, Action::Brush]);
    shown(&mut app, 120, 36);
    let to = [Action::Side(Side::Left), Action::Side(Side::Left), Action::Move(Step::Up), Action::Move(Step::Up)];
    acted(app, &to)
}

/// After the rules have looked, as the loop lets them.
fn looked(mut app: App) -> App {
    while app.look(NOW) {}
    answer(&mut app);
    app
}

/// Findings in every state, one of which is no longer found.
fn judged() -> App {
    use callscope::app::{Judgement, Show};
    let app = looked(after(&[Action::Screen(Screen::Alerts)]));
    let said = [Judgement::Accept, Judgement::Dismiss, Judgement::Snooze(DAY)].map(Action::Judge);
    acted(acted(app, &said), &[Action::Show(Show::All), Action::Move(Step::Down)])
}

/// The screen of templates while prompts are read, or where none is logged.
fn learning(to_the_end: bool) -> App {
    use callscope::app::Effect;
    use callscope::figures::templates::Learner;
    let mut app = scene::scene(Without::default());
    app.update(Action::Screen(Screen::Templates), NOW);
    let effects = app.settle(NOW);
    let among = effects.iter().find_map(|effect| match effect {
        Effect::Learn { among, .. } => Some(among),
        _ => None,
    });
    let rows: Vec<u32> = among.expect("prompts are asked for").iter().map(|address| address.row).collect();
    let mut learner = Learner::default();
    for row in &rows {
        learner.add(*row, None);
    }
    let learnt = to_the_end.then(|| learner.learn().into());
    app.learnt(learnt, if to_the_end { rows.len() } else { 37 }, to_the_end, NOW);
    app.settle(NOW);
    app
}

fn loading() -> App {
    use callscope::ingest::event::{Event, Health};
    let mut app = scene::fresh();
    scene::found(&mut app, 0);
    let reading = Health::Reading { done: 1_200_000_000, of: 2_900_000_000 };
    app.absorb(Event::Health(callscope::model::SourceId(0), reading), NOW.plus(2_000));
    app.settle(NOW.plus(2_000));
    app
}

fn unreadable() -> App {
    use callscope::ingest::event::Event;
    let mut app = scene::fresh();
    scene::found(&mut app, 0);
    scene::trouble(&mut app);
    app.absorb(Event::CaughtUp, NOW);
    app.settle(NOW);
    app
}

fn plain() -> Camera {
    Camera { theme: Theme::default(), set: GlyphSet::Braille }
}

/// What a screen shows, as text.
fn shown(app: &mut App, width: u16, height: u16) -> String {
    plain().take(app, width, height).1
}

#[test]
fn every_screen_at_every_size() {
    utc("every_screen_at_every_size", || {
        for (name, make) in places() {
            let mut app = make();
            for (width, height) in SIZES {
                let text = shown(&mut app, width, height);
                assert!(!text.contains("aB3dE5f"), "the key of an error is seen: {text}");
                insta::assert_snapshot!(format!("{name}_{width}x{height}"), text);
            }
        }
    });
}

#[test]
fn ascii_and_no_color() {
    utc("ascii_and_no_color", || {
        let theme = Theme::default().at_depth(Depth::Mono);
        for (name, make) in places().into_iter().filter(|(name, _)| {
            matches!(*name, "overview" | "calls" | "triage" | "burn_focus" | "heat_zoomed" | "heat_box")
        }) {
            let mut app = make();
            let camera = Camera { theme: theme.clone(), set: GlyphSet::Ascii };
            let (buf, text) = camera.take(&mut app, 120, 36);
            assert!(text.is_ascii(), "{text}");
            let plain = |color: Color| color == Color::Reset;
            assert!(buf.content.iter().all(|cell| plain(cell.fg) && plain(cell.bg)));
            if !name.starts_with("heat") {
                // The row under the cursor is told by reverse video and by a mark.
                assert!(buf.content.iter().any(|cell| cell.modifier.contains(Modifier::REVERSED)), "{text}");
                assert!(text.contains('>'), "{text}");
            }
            insta::assert_snapshot!(format!("{name}_ascii"), text);
        }
    });
}

#[test]
fn what_is_only_summed_shows_no_empty_graph() {
    let by = callscope::app::Grouping::By(callscope::figures::GroupBy::User);
    let mut app = after(&[Action::Screen(Screen::Models), Action::GroupBy(by)]);
    for (width, height) in SIZES {
        let text = shown(&mut app, width, height);
        assert!(text.contains("USER") && text.contains("─ cost per minute"), "{text}");
        assert!(!text.contains("no log tells"), "{text}");
    }
}

#[test]
fn too_small_asks_for_room_and_still_tells_the_cost() {
    let mut app = after(&[]);
    let today = callscope::ui::numbers::money(app.daily.today().cost);
    for (width, height) in [(59, 40), (120, 15), (30, 3)] {
        let text = shown(&mut app, width, height);
        assert!(text.contains("60×16") && text.contains(&today), "{text}");
    }
    assert!(shown(&mut app, 10, 1).contains(&today));
}

#[test]
fn what_is_not_logged_is_said_so_and_is_not_zero() {
    let mut app = scene::scene(Without { confidence: true });
    let overview = shown(&mut app, 120, 36);
    assert!(overview.contains("override not logged"), "{overview}");
    let mut app = acted(app, &[Action::Screen(Screen::Routes)]);
    for (width, height) in SIZES {
        let routes = shown(&mut app, width, height);
        assert!(routes.contains("no log tells how sure"), "{routes}");
        assert!(!routes.contains("0.0% over") && !routes.contains("NaN"), "{routes}");
    }
}

#[test]
fn a_name_without_a_price_is_marked_and_explained() {
    let mut app = after(&[Action::Screen(Screen::Models)]);
    for (width, height) in SIZES {
        let models = shown(&mut app, width, height);
        let row = models.lines().find(|line| line.contains("my-proxy/fast")).unwrap_or_else(|| panic!("{models}"));
        assert!(row.contains('?') && !row.contains('$'), "{row}");
        assert!(models.contains("its cost is left out, not guessed."), "{models}");
    }
}

#[test]
fn a_second_currency_stands_beside_the_dollars_and_pushes_nothing_out() {
    let sek = Currency { code: "SEK".to_owned(), rate: 10.4, date: Some("2026-11-01".to_owned()) };
    let mut dollars = after(&[]);
    let mut both = after(&[]);
    both.currency = Some(sek.clone());
    let mut call = after(&[Action::Screen(Screen::Calls), Action::Open]);
    call.currency = Some(sek);
    for (width, height) in SIZES {
        let head = |app: &mut App| shown(app, width, height).lines().nth(2).unwrap().to_owned();
        let (without, with) = (head(&mut dollars), head(&mut both));
        assert!(with.contains("$3.41? SEK 35.4"), "{with}");
        for figure in ["258 calls", "tok", "err", "p95", "override"] {
            // Half of a split screen has room for less.
            let gone = width >= 80 && without.contains(figure) && !with.contains(figure);
            assert!(!gone, "{figure} is gone: {with}");
        }
        let bill = shown(&mut call, width, height);
        assert!(bill.contains("$0.000687") && bill.contains("SEK 0.007145"), "{bill}");
    }
}

#[test]
fn a_bill_that_disagrees_says_by_how_much_and_why() {
    let mut app = after(&[Action::Screen(Screen::Calls), Action::Move(Step::Down)]);
    // The newest but for what came in the last second.
    while !shown(&mut app, 120, 36).is_empty() {
        let row = app.current_call().and_then(|row| app.store.get(row)).unwrap();
        if row.logged_cost().is_some() {
            break;
        }
        app = acted(app, &[Action::Move(Step::Down)]);
    }
    app = acted(app, &[Action::Open]);
    for (width, height) in [(80, 24), (120, 36), (200, 50)] {
        let text = shown(&mut app, width, height);
        for part in ["our sum", "$0.022807", "the log says", "$0.045613 ▲ ×2.00", "likely cause: counted twice"] {
            assert!(text.contains(part), "{part} is missing at {width}×{height}\n{text}");
        }
    }
}

#[test]
fn a_search_of_the_web_is_on_the_bill_whether_or_not_its_price_is_known() {
    for (model, rate, amount, sum) in
        [("claude-haiku-4-5", "10.00/1000", "$0.030000", "$0.031500"), ("gpt-5", "?", "?", "$0.002250")]
    {
        let mut app = acted(scene::searched(model), &[Action::Screen(Screen::Calls), Action::Open]);
        for (width, height) in [(80, 24), (120, 36), (200, 50)] {
            let text = shown(&mut app, width, height);
            let line = text.lines().find(|line| line.contains("web search ")).unwrap_or_else(|| panic!("{text}"));
            let line: Vec<&str> = line.split_whitespace().skip_while(|word| *word != "search").take(4).collect();
            assert_eq!(line, ["search", "3", rate, amount], "{text}");
            assert!(text.contains("3 web searches") && text.contains(sum), "{text}");
        }
    }
}

#[test]
fn of_a_sum_is_said_how_much_a_subscription_may_have_paid() {
    let call = |subscription| Call {
        model: Some("claude-haiku-4-5".into()),
        at: NOW.minus(MINUTE),
        usage: Usage {
            input: Some(1_230_000),
            output: Some(if subscription { 200_000 } else { 0 }),
            ..Usage::default()
        },
        subscription,
        ..Call::default()
    };
    let (paid, plan) = (call(false), call(true));
    for screen in [Screen::Overview, Screen::Calls, Screen::Models] {
        let scene = |calls: &[Call]| acted(scene::only(calls), &[Action::Screen(screen)]);
        let mut mixed = scene(&[paid.clone(), plan.clone()]);
        let (mut none, mut all) = (scene(std::slice::from_ref(&paid)), scene(std::slice::from_ref(&plan)));
        for (width, height) in SIZES {
            let part = shown(&mut mixed, width, height);
            assert!(part.contains("$3.46") && part.contains("of it $2.23 API-equivalent"), "{part}");
            assert!(!shown(&mut none, width, height).contains("API-equivalent"));
            let all = shown(&mut all, width, height);
            assert!(all.contains("API-equivalent") && !all.contains("of it $"), "{all}");
        }
    }
}

#[test]
fn a_time_that_is_the_files_is_told_as_about() {
    utc("a_time_that_is_the_files_is_told_as_about", || {
        let call = |undated| Call { model: Some("gpt-5".into()), at: NOW.minus(MINUTE), undated, ..Call::default() };
        for (undated, list, detail) in [(true, "~12:03 ", "~2026-11-23 12:03  "), (false, "12:03:31", "12:03:31.000")] {
            let mut calls = acted(scene::only(&[call(undated)]), &[Action::Screen(Screen::Calls)]);
            let mut one = acted(scene::only(&[call(undated)]), &[Action::Screen(Screen::Calls), Action::Open]);
            for (width, height) in SIZES {
                let (calls, one) = (shown(&mut calls, width, height), shown(&mut one, width, height));
                assert!(calls.contains(list) && one.contains(detail), "{calls}\n{one}");
                assert_eq!(((calls + &one).contains('~'), one.contains("file's")), (undated, undated), "{one}");
            }
        }
    });
}

#[test]
fn private_text_is_hidden_everywhere() {
    for actions in [
        vec![Action::Screen(Screen::Calls), Action::Open],
        vec![Action::Screen(Screen::Calls)],
        vec![Action::GroupBy(callscope::app::Grouping::By(callscope::figures::GroupBy::User))],
        vec![Action::Drawer],
    ] {
        let mut app = acted(after(&[Action::Mask]), &actions);
        for (width, height) in SIZES {
            let text = shown(&mut app, width, height);
            for secret in ["parcel", "Order", "88-1204", "emil", "dora", "s_7f", "msg_01"] {
                assert!(!text.contains(secret), "{secret} is shown\n{text}");
            }
        }
    }
    let filtered = typed(after(&[Action::Find]), "user=emil");
    let mut app = acted(filtered, &[Action::Accept, Action::Mask]);
    assert!(!shown(&mut app, 120, 36).contains("emil"));
}

#[test]
fn a_writer_that_has_stopped_is_said_above_every_screen() {
    let calls = |until: i64| {
        let times = (until..until + 200).map(|minutes| NOW.minus(minutes * MINUTE));
        times.map(|at| Call { model: Some("gpt-5".into()), at, ..Call::default() }).collect::<Vec<_>>()
    };
    for (until, quiet) in [(120, true), (1, false)] {
        let mut app = scene::only(&calls(until));
        assert_eq!(shown(&mut app, 80, 24).contains("1 quiet"), quiet);
        let mut app = acted(app, &[Action::Sources]);
        assert_eq!(shown(&mut app, 120, 36).contains("nothing for 2h00m"), quiet);
    }
}

#[test]
fn the_state_is_told_in_words() {
    let mut app = after(&[Action::Pause]);
    assert!(matches!(app.clock, Clock::Paused { .. }));
    assert!(shown(&mut app, 80, 24).contains("❚❚ paused"), "{}", shown(&mut app, 80, 24));
    assert!(shown(&mut after(&[]), 80, 24).contains("● live"));
    assert!(shown(&mut loading(), 80, 24).contains("◌ load  41%"));
    let mut silent = after(&[]);
    silent.settle(NOW.plus(6 * 60_000));
    assert!(shown(&mut silent, 80, 24).contains("◌ no data for 6 min"));
}

#[test]
fn the_strip_goes_away_again_and_has_a_place_of_its_own_where_there_is_room() {
    let mut app = after(&[]);
    let seen = |app: &mut App, size: (u16, u16)| {
        let text = shown(app, size.0, size.1);
        (text.contains("latency heat"), text.contains("latency p95"))
    };
    assert_eq!(seen(&mut app, (200, 50)), (true, true));
    assert_eq!(seen(&mut app, (120, 36)), (false, true), "where there is less room it is asked for");
    let mut app = acted(app, &[Action::Heat]);
    assert_eq!(seen(&mut app, (120, 36)), (true, false), "it stands in the place of the line");
    let mut app = acted(app, &[Action::Focus(Turn::Next)]);
    assert_eq!(seen(&mut app, (120, 36)), (true, false), "and stays when the focus goes on");
    let mut app = acted(app, &[Action::Focus(Turn::Previous), Action::Heat]);
    assert_eq!(seen(&mut app, (120, 36)), (false, true));
}

/// One theme with shades and one without: what the strip tells is there in both.
#[test]
fn failures_and_counts_on_the_strip_are_told_without_colours() {
    let mut app = after(&[Action::Heat, Action::Zoom]);
    for theme in [Theme::named("catppuccin-mocha").unwrap(), Theme::default().at_depth(Depth::Mono)] {
        let shades = theme.has_heat();
        let (buf, text) = Camera { theme, set: GlyphSet::Braille }.take(&mut app, 120, 36);
        assert!(text.contains('✗') && text.contains("calls") && text.contains("1s"), "{text}");
        let colours: std::collections::HashSet<_> = buf.content.iter().flat_map(|cell| [cell.fg, cell.bg]).collect();
        assert_eq!(shades, !(text.contains('░') && text.contains('▓')), "{text}");
        assert_eq!(shades, colours.len() > 20, "{colours:?}");
    }
}

#[test]
fn every_pane_is_reached_by_tab_and_shown() {
    for screen in [Screen::Overview, Screen::Calls, Screen::Models, Screen::Routes, Screen::Sources] {
        let go = if screen == Screen::Sources { Action::Sources } else { Action::Screen(screen) };
        for (width, height) in SIZES {
            let mut app = acted(scene::burning(), std::slice::from_ref(&go));
            shown(&mut app, width, height);
            // The strip is walked where it is shown; its key shows it elsewhere.
            let strip = app.shown.pane(Pane::Heat).is_some();
            let panes = screen.panes().iter().copied().filter(move |pane| *pane != Pane::Heat || strip);
            for pane in panes {
                assert_eq!(app.focus(), pane);
                shown(&mut app, width, height);
                let drawn = app.shown.pane(pane).unwrap_or_else(|| panic!("{screen:?} {pane:?} at {width}×{height}"));
                assert!(drawn.area.width > 0 && drawn.area.height > 0);
                app.update(Action::Focus(Turn::Next), NOW);
                answer(&mut app);
            }
        }
    }
}

#[test]
fn the_cursor_is_always_seen() {
    let mut app = after(&[Action::Screen(Screen::Calls)]);
    shown(&mut app, 80, 24);
    for _ in 0..40 {
        app.press(Key::char('j'), NOW);
        answer(&mut app);
        let text = shown(&mut app, 80, 24);
        assert!(text.contains('▸'), "{text}");
        let pane = app.shown.pane(Pane::Calls).unwrap();
        let nth = app.place().cursor(Pane::Calls).nth;
        assert!((pane.top..pane.top + usize::from(pane.lines.height)).contains(&nth));
    }
    app.press(Key::plain(Code::End), NOW);
    answer(&mut app);
    assert!(shown(&mut app, 80, 24).contains('▸'));
}

#[test]
fn a_click_on_a_tab_goes_there() {
    let mut app = after(&[]);
    let text = shown(&mut app, 80, 24);
    let at = text.lines().next().unwrap().find("Routes").unwrap() as u16;
    app.click(at, 0, NOW);
    assert_eq!(app.screen(), Screen::Routes);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn no_size_does_harm(width in 0u16..250, height in 0u16..70, zoomed: bool, shades: bool) {
        let theme = if shades { Theme::named("catppuccin-mocha").unwrap() } else { Theme::default() };
        let camera = Camera { theme, set: GlyphSet::Braille };
        thread_local! {
            static PLACES: std::cell::RefCell<Vec<(&'static str, App)>> =
                std::cell::RefCell::new(places().into_iter().map(|(name, make)| (name, make())).collect());
        }
        PLACES.with_borrow_mut(|places| {
            for (_, app) in places {
                app.zoomed = zoomed;
                let (buf, _) = camera.take(app, width, height);
                prop_assert_eq!(buf.content.len(), usize::from(width) * usize::from(height));
                for pane in &app.shown.panes {
                    let area = pane.area;
                    prop_assert!(area.x + area.width <= width && area.y + area.height <= height);
                }
                for (area, _) in &app.shown.clicks {
                    prop_assert!(area.x + area.width <= width && area.y + area.height <= height);
                }
            }
            Ok(())
        })?;
    }
}

/// Writes pictures for looking at: `PICTURES=folder cargo test --test screens -- --ignored`.
#[test]
#[ignore = "for looking, not for checking"]
fn pictures() {
    let Ok(folder) = std::env::var("PICTURES") else { return };
    let themes = std::env::var("THEMES").unwrap_or_else(|_| "default".to_owned());
    let only = std::env::var("ONLY").unwrap_or_default();
    for (name, make) in places() {
        let mut app = make();
        if !only.is_empty() && !only.split(',').any(|one| one == name) {
            continue;
        }
        for theme in themes.split(',') {
            for (width, height) in SIZES {
                let camera = Camera { theme: Theme::named(theme).unwrap(), set: GlyphSet::Braille };
                let (buf, _) = camera.take(&mut app, width, height);
                let path = format!("{folder}/{name}-{theme}-{width}.ansi");
                std::fs::write(path, picture::ansi(&buf)).unwrap();
            }
        }
    }
}

#[test]
fn a_comparison_hides_whom_it_compares_while_masked() {
    let grouped = Action::GroupBy(callscope::app::Grouping::By(callscope::figures::GroupBy::User));
    let way = [Action::Mask, Action::Screen(Screen::Models), grouped, Action::Differ, Action::Move(Step::Last)];
    let picture = shown(&mut after(&way), 120, 36);
    assert!(picture.contains("user") && picture.contains("own"), "{picture}");
    for name in ["ana", "ben", "chi", "dora", "emil", "s_7f"] {
        let is_told = picture.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word.starts_with(name));
        assert!(!is_told, "{name} in\n{picture}");
    }
}
