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
use super::verdicts::Memory;
use crate::app::{Address, App, Graphs, Options, Shown};
use crate::cli::{ColorChoice, Look, ScreenArgs};
use crate::config::{self, Config, FOLDER_FILE};
use crate::drill::fail_if_asked;
use crate::ingest::event::{Other, SourceInfo};
use crate::ingest::{self, payload};
use crate::model::text::nearest;
use crate::model::{Mark, Stamp, Window};
use crate::monitor::{self, Amend};
use crate::price::Catalog;
use crate::rules::Rules;
use crate::ui::glyphs::GlyphSet;
use crate::ui::layout::Thresholds;
use crate::ui::theme::{ColorFlag, Depth, THEMES, Theme};
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
    show(options, &config, look.color, ingest, Some(file))
}

/// What flags and configuration say of the screen's looks.
pub fn screen_options(screen: &ScreenArgs, config: &Config) -> Result<Options, Failure> {
    let themes: Vec<String> = THEMES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let theme = screen.theme.clone().or_else(|| config.theme.clone()).unwrap_or_else(|| "default".to_owned());
    if !themes.contains(&theme) {
        let meant = nearest(&theme, themes.iter().map(String::as_str));
        return Err(Failure::Usage(format!(
            "no theme is named {theme}; did you mean {meant}? There are {}",
            themes.join(", ")
        )));
    }
    let graphs = screen.graphs.clone().or_else(|| config.graphs.clone()).unwrap_or_else(|| "auto".to_owned());
    let Some(graphs) = Graphs::ALL.into_iter().find(|known| known.word() == graphs) else {
        return Err(Failure::Usage(format!("graphs are drawn with auto, braille, block or ascii, not {graphs}")));
    };
    let currency = config.currency.clone();
    let (goals, stakes) = (config.goals(Stamp::now()), config.trust.clone());
    let columns = config.columns.calls.clone();
    Ok(Options { theme, themes, graphs, currency, goals, stakes, columns, ..Options::default() })
}

/// Runs the screen on what the readers bring. `amended` is the file that proposed lines may be added to.
pub fn show(
    options: Options,
    config: &Config,
    color: ColorChoice,
    ingest: ingest::Options,
    amended: Option<PathBuf>,
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
    let mut memory = Memory::here();
    app.remember(memory.as_mut().and_then(Memory::changed).unwrap_or_default());
    let columns = OwnColumns::here();
    app.remember_columns(&columns.as_ref().map(OwnColumns::load).unwrap_or_default());
    if let Some(complaint) = complaint.or_else(|| config.complaints.first().cloned()) {
        app.fail(complaint);
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
    let mut looks = Looks::new(color);
    let draw = move |app: &App, frame: &mut Frame<'_>| looks.draw(app, frame);
    let mouse = config.mouse.unwrap_or(true);
    let amend = amended.map(amends);
    let options = monitor::Options { mouse, more: Some(more), amend, memory, columns, alerts: config.alerts.clone() };
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
    themes: HashMap<String, Theme>,
}

impl Looks {
    fn new(color: ColorChoice) -> Self {
        let flag = match color {
            ColorChoice::Auto => ColorFlag::Auto,
            ColorChoice::Always => ColorFlag::Always,
            ColorChoice::Never => ColorFlag::Never,
        };
        let depth = Depth::detect(flag, env, std::io::stdout().is_terminal());
        Self { depth, graphs: GlyphSet::detect(env), themes: HashMap::new() }
    }

    fn draw(&mut self, app: &App, frame: &mut Frame<'_>) -> Shown {
        fail_if_asked("SCREEN");
        let depth = self.depth;
        let theme = self.themes.entry(app.theme.clone()).or_insert_with(|| {
            let name = if depth == Depth::Mono { "mono" } else { app.theme.as_str() };
            Theme::named(name).unwrap_or_default().at_depth(depth)
        });
        let glyphs = match app.graphs {
            Graphs::Auto => self.graphs,
            Graphs::Braille => GlyphSet::Braille,
            Graphs::Block => GlyphSet::Block,
            Graphs::Ascii => GlyphSet::Ascii,
        };
        let look = Appearance { theme, glyphs: glyphs.glyphs(), thresholds: Thresholds::default() };
        ui::draw(app, &look, frame.area(), frame.buffer_mut())
    }
}
