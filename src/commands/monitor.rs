//! `callscope`: the monitor.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use ratatui::Frame;

use super::Failure;
use super::columns::OwnColumns;
use super::look::{Resolved, resolve};
use super::remembered::{self, Filters, Views};
use super::themes::{Known, Themes};
use super::verdicts::Memory;
use crate::app::{Address, App, Free, Graphs, Options, Shown};
use crate::cli::{ColorChoice, Look, ScreenArgs};
use crate::config::{self, Config, FOLDER_FILE, ThemeChoice};
use crate::drill::fail_if_asked;
use crate::ingest::event::{Other, SourceInfo};
use crate::ingest::{self, payload};
use crate::model::{Mark, Stamp, Window};
use crate::monitor::{self, Amend};
use crate::price::Catalog;
use crate::rules::Rules;
use crate::term::background;
use crate::ui::glyphs::GlyphSet;
use crate::ui::layout::Thresholds;
use crate::ui::theme::{ColorFlag, Depth, Swatches, Theme};
use crate::ui::{self, Look as Appearance};

pub fn run(look: &Look, screen: &ScreenArgs) -> Result<ExitCode, Failure> {
    let Resolved { config, ingest, currency, .. } = resolve(look, true, Window::All)?;
    let now = Stamp::now();
    let bound = |text: &Option<String>, read: fn(&str, Stamp) -> Option<Stamp>| {
        text.as_deref().and_then(|text| read(text, now))
    };
    let options = Options {
        window: look.window,
        since: bound(&look.since, crate::query::parse_since),
        until: bound(&look.until, crate::query::parse_until),
        filter: look.filter.clone().unwrap_or_default(),
        currency,
        ..screen_options(screen, &config)?
    };
    let file = look.config.clone().unwrap_or_else(|| FOLDER_FILE.into());
    let words: Vec<String> = look.sources.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let words = if words.is_empty() { &config.sources } else { &words };
    let views = Views::of(words, options.theme.clone()).filter(|_| config.remember.unwrap_or(true));
    let bounded = look.window.is_some() || look.since.is_some() || look.until.is_some();
    let free = Free {
        window: !bounded,
        filter: look.filter.is_none(),
        theme: screen.theme.is_none() && config.theme.is_none(),
    };
    let left = Left { views, free, is_fresh: screen.fresh };
    show(options, &config, look.color, ingest, Some(file), Some(left), screen.inline)
}

/// What flags and configuration say of the screen's looks.
pub fn screen_options(screen: &ScreenArgs, config: &Config) -> Result<Options, Failure> {
    let (themes, complaints) = Themes::read();
    let choice = screen.theme.clone().map(ThemeChoice::One).or_else(|| config.theme.clone());
    let choice = choice.unwrap_or_else(|| ThemeChoice::One("default".to_owned()));
    choice.names().into_iter().try_for_each(|name| themes.check(name, &complaints))?;
    let theme = match choice {
        ThemeChoice::One(name) => name,
        ThemeChoice::Either { dark, light } => {
            if background::is_light().unwrap_or(false) {
                light
            } else {
                dark
            }
        }
    };
    let graphs = screen.graphs.clone().or_else(|| config.graphs.clone()).unwrap_or_else(|| "auto".to_owned());
    let Some(graphs) = Graphs::ALL.into_iter().find(|known| known.word() == graphs) else {
        return Err(Failure::Usage(format!("graphs are drawn with auto, braille, block or ascii, not {graphs}")));
    };
    let currency = config.currency.clone();
    let (goals, stakes) = (config.goals(Stamp::now()), config.trust.clone());
    let themes = themes.names();
    let (keymap, _) = config.keys.map().map_err(|mistake| Failure::Could(mistake.why))?;
    let saved = config::filters::beside(&config.filters, &remembered::filters());
    let columns = config.columns.calls.clone();
    let inline = screen.inline.is_some();
    let secrets = config.secrets == Some(config::Secrets::Show);
    let looks = Options { theme, themes, graphs, keymap, secrets, inline, ..Options::default() };
    Ok(Options { currency, goals, stakes, saved, columns, ..looks })
}

/// How the screen was left the last time, and what of it counts now.
#[derive(Debug)]
pub struct Left {
    views: Option<Views>,
    free: Free,
    is_fresh: bool,
}

impl Left {
    fn restore(&self, app: &mut App) {
        match self.views.as_ref().filter(|_| !self.is_fresh).map(Views::load) {
            Some(Ok(Some(view))) => app.restore(&view, self.free),
            Some(Err(why)) => app.fail(why),
            _ => {}
        }
    }
}

/// Runs the screen on what the readers bring. `amended` is the file that proposed lines may be added to.
pub fn show(
    options: Options,
    config: &Config,
    color: ColorChoice,
    ingest: ingest::Options,
    amended: Option<PathBuf>,
    left: Option<Left>,
    inline: Option<u16>,
) -> Result<ExitCode, Failure> {
    if let Some(why) = crate::term::refusal(env) {
        return Err(Failure::Could(why));
    }
    // Before there is any other thread, so that no reader can fail unseen.
    crate::term::end_on_panic();
    let _ = Catalog::preload();
    let tools = ingest::tools::present().into_iter().map(|tool| tool.title.to_owned()).collect();
    let options = Options { tools, ..options };
    let catalog = Catalog::with(config.prices.clone());
    let complaint = catalog.complaints().into_iter().next();
    let mut app = App::new(options, Box::new(catalog), Stamp::now());
    app.watch_with(Rules::new(config.rules.clone()).map_err(|mistake| Failure::Could(mistake.why))?);
    if let Some(left) = &left {
        left.restore(&mut app);
    }
    // What is only a demonstration remembers nothing.
    let remembers = left.is_some();
    let mut memory = remembers.then(Memory::here).flatten();
    app.remember(memory.as_mut().and_then(Memory::changed).unwrap_or_default());
    let columns = remembers.then(OwnColumns::here).flatten();
    app.remember_columns(&columns.as_ref().map(OwnColumns::load).unwrap_or_default());
    let (_, lost) = config.keys.map().unwrap_or_default();
    let complaints: Vec<String> = complaint.into_iter().chain(config.complaints.iter().chain(&lost).cloned()).collect();
    if let [first, rest @ ..] = &complaints[..] {
        let more = if rest.is_empty() { String::new() } else { format!("; and {} more", rest.len()) };
        app.fail(format!("{first}{more}"));
    }
    let (events, more) = ingest::start_with_more(ingest);
    let read = |address: &Address| {
        fail_if_asked("WORKER");
        let opened = address.opened.as_ref().map(|(source, mark)| (source.as_ref(), mark));
        let mut transcript = payload::read(&address.source, &address.mark, opened)?;
        let other = |(place, source, mark): &(String, Arc<SourceInfo>, Mark)| Other {
            place: place.clone(),
            record: payload::record(source, mark),
        };
        transcript.others = address.others.iter().map(other).collect();
        Ok(transcript)
    };
    let (themes, complaints) = Themes::read();
    if let Some(complaint) = complaints.first() {
        app.fail(complaint.clone());
    }
    let (told, changes) = tokio::sync::mpsc::unbounded_channel();
    let names = themes.clone();
    // It watches as long as it lives.
    let mut said = complaints;
    let _watcher = themes.watch(move |complaints| {
        // Of a file that is edited, not of another that has been wrong before.
        let new = complaints.iter().filter(|complaint| !said.contains(complaint)).cloned().collect();
        said = complaints;
        // Nobody listens any more when the program ends.
        let _ = told.send((names.names(), new));
    });
    let mut looks = Looks::new(color, themes, config.layout.thresholds());
    let draw = move |app: &App, frame: &mut Frame<'_>| looks.draw(app, frame);
    // Beside other output the wheel is the terminal's: it scrolls what was there before.
    let mouse = config.mouse.unwrap_or(true) && inline.is_none();
    let amend = amended.map(amends);
    let options = monitor::Options {
        mouse,
        title: config.title.unwrap_or(true) && inline.is_none(),
        inline,
        views: left.and_then(|left| left.views),
        filters: remembers.then(Filters::here).flatten(),
        more: Some(more),
        amend,
        memory,
        columns,
        alerts: config.alerts.clone(),
        themes: Some(changes),
    };
    Ok(monitor::run(app, events, read, draw, options)?)
}

fn amends(file: PathBuf) -> Amend {
    Amend(Box::new(move |fix| {
        config::amend(&file, fix.section, &fix.line)?;
        let named = Some(file.as_path()).filter(|file| *file != Path::new(FOLDER_FILE));
        let prices = Config::load(named)?.prices;
        Ok((format!("added to {}: {}", file.display(), fix.line), Box::new(Catalog::with(prices))))
    }))
}

fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The themes at the terminal's depth of colour, each made once.
struct Looks {
    depth: Depth,
    graphs: GlyphSet,
    thresholds: Thresholds,
    themes: Themes,
    /// Of which state of the themes the following are.
    revision: u64,
    made: HashMap<String, Theme>,
    swatches: Swatches,
}

impl Looks {
    fn new(color: ColorChoice, themes: Themes, thresholds: Thresholds) -> Self {
        let flag = match color {
            ColorChoice::Auto => ColorFlag::Auto,
            ColorChoice::Always => ColorFlag::Always,
            ColorChoice::Never => ColorFlag::Never,
        };
        let depth = Depth::detect(flag, env, std::io::stdout().is_terminal());
        let mut looks = Self {
            depth,
            graphs: GlyphSet::detect(env),
            thresholds,
            revision: themes.revision(),
            themes,
            made: HashMap::new(),
            swatches: Swatches::default(),
        };
        looks.make();
        looks
    }

    /// Every theme in the colours that the terminal has.
    fn make(&mut self) {
        self.revision = self.themes.revision();
        let depth = self.depth;
        let at_depth = |known: Known| {
            let theme = if depth == Depth::Mono { Theme::named("mono").unwrap_or_default() } else { known.theme };
            (known.name, theme.at_depth(depth))
        };
        self.made = self.themes.all().into_iter().map(at_depth).collect();
        self.swatches = Swatches::of(&self.made);
    }

    fn draw(&mut self, app: &App, frame: &mut Frame<'_>) -> Shown {
        fail_if_asked("SCREEN");
        if self.revision != self.themes.revision() {
            self.make();
        }
        let fallback = Theme::default();
        let theme = self.made.get(&app.theme).unwrap_or(&fallback);
        let glyphs = match app.graphs {
            Graphs::Auto => self.graphs,
            Graphs::Braille => GlyphSet::Braille,
            Graphs::Block => GlyphSet::Block,
            Graphs::Ascii => GlyphSet::Ascii,
        };
        let look =
            Appearance { theme, glyphs: glyphs.glyphs(), thresholds: self.thresholds, swatches: Some(&self.swatches) };
        ui::draw(app, &look, frame.area(), frame.buffer_mut())
    }
}
