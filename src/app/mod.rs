//! The state and how it changes: calls and keys in, state and effects out. No I/O, no clock, no drawing.
//!
//! Data comes through [`App::absorb`], keys through [`App::press`], everything else a person does through
//! [`App::update`]. Between two frames [`App::settle`] brings lists, cursors and figures up to date; after it whoever
//! draws reads the fields here and changes nothing.

mod action;
mod alerts;
mod around;
mod audit;
mod bodies;
mod brush;
mod cell;
mod chips;
mod clock;
mod column;
mod columns;
mod compare;
mod counting;
mod curl;
mod daily;
mod data;
mod drawer;
mod effect;
mod facets;
mod filter;
mod fix;
mod folding;
mod goals;
mod grouping;
mod heat;
mod hues;
mod key;
pub mod keys;
mod lists;
mod looking_back;
mod marks;
mod moment;
mod narrow;
mod navigate;
mod options;
mod pair;
mod palette;
mod past;
mod place;
mod prompt;
mod range;
mod reading;
mod saved;
mod search;
mod settle;
mod shape;
mod shown;
mod source;
mod templates;
mod text;
mod toast;
mod transcript;
mod trust;
mod typing;
mod update;
mod view;
mod watch;
mod what_if;
mod within;

use std::collections::HashMap;
use std::fmt;

pub use action::{Action, Edit, Side, Step, Turn, Written};
pub use alerts::{Judgement, Show};
pub use around::SoFar;
pub use brush::Brush;
pub use chips::split as terms;
pub use clock::{Clock, Held, ROOM};
pub use column::Column;
pub use columns::Chooser;
pub use compare::Selection;
pub use daily::{DAYS, Daily};
pub use drawer::{Drawer, Facet, FacetKind, FacetValue};
pub use effect::{Address, Effect};
pub use filter::ActiveFilter;
pub use fix::Fix;
pub use grouping::Grouping;
pub use heat::Strip;
pub use key::{Code, Key};
pub use lists::GroupRow;
pub use options::{Graphs, Options};
pub use pair::{PairLine, PairOf, PairText, Stretch};
pub use palette::Kind;
pub use place::{Cursor, Pane, PaneKind, Place, Screen, Sort};
pub use prompt::{PaletteItem, Prompt, PromptKind};
pub use range::{Span, TimeRange};
pub use saved::Saved;
pub use search::Search;
pub use shape::Shape;
pub use shown::{Area, Shown, ShownPane};
pub use source::{Loading, SourceState};
pub use text::{
    CallText, Folds, Lines as TextLines, Manner, Mark as TextMark, SECTIONS, Sections, TextKind, TextLine, path_of,
    section_lines,
};
pub use toast::{Toast, ToastKind};
pub use transcript::{Payload, Transcripts};
pub use trust::{Lab, Verdicts};
pub use view::{Free, View};
pub use within::Within;

use self::alerts::Alerting;
use self::around::Around;
use self::audit::Auditing;
use self::bodies::Bodies;
use self::columns::Chosen;
use self::compare::Compared;
use self::hues::Hues;
use self::keys::Keymap;
use self::lists::Lists;
use self::looking_back::LookingBack;
use self::pair::Paired;
use self::past::Pasts;
use self::reading::{BillOf, Errand};
use self::templates::Learning;
use self::trust::Judged;
use self::watch::Kept;
use crate::figures::{Board, Goals, Listing, Recount, Stakes, Standing};
/// What readers hand over, for those who only look at the state.
pub use crate::ingest::event::{Health, LeftOut, SourceInfo, Transcript};
use crate::model::{Bill, Currency, SourceId, Stamp, Window};
use crate::store::{Pricer, Store};

/// See the module.
pub struct App {
    /// The moment of the last event or tick: everything relative to now is relative to this.
    pub now: Stamp,
    pub store: Store,
    /// The figures of the scope.
    pub board: Board,
    /// Calls and cost of today and of the days before it, whatever the window and the filter.
    pub daily: Daily,
    /// How budgets and objectives stand, whatever the window and the filter.
    pub standing: Standing,
    /// Calls of the window, whatever the filter.
    pub within: Within,
    /// By name.
    pub sources: Vec<SourceState>,
    /// Where each is among them.
    source_at: HashMap<SourceId, usize>,
    pub left_out: Vec<LeftOut>,
    /// What the calls of the window have, whatever the filter: columns must not come and go while one types.
    pub shape: Shape,
    /// Tools whose logs are not read and could be.
    pub tools: Vec<String>,
    pub loading: Loading,
    /// When a record last came.
    pub heard: Option<Stamp>,

    /// Never empty; the last is shown.
    pub trail: Vec<Place>,
    pub window: Window,
    /// Bounds of the command line that stand instead of the window: `--since`, `--until`.
    pub bounds: Option<(Option<Stamp>, Option<Stamp>)>,
    /// What was zoomed or moved to, instead of both.
    pub range: Option<TimeRange>,
    pub filter: ActiveFilter,
    pub clock: Clock,
    /// The focused pane fills the body.
    pub zoomed: bool,
    /// Last week's hours are drawn behind the graphs.
    pub ghosts: bool,
    /// Private text is hidden.
    pub masked: bool,
    pub prompt: Option<Prompt>,
    pub drawer: Option<Drawer>,
    /// The card of columns.
    pub chooser: Option<Chooser>,
    /// The list of keys is open, scrolled to this line.
    pub help: Option<usize>,
    /// It has the other form than its size suggests: few words for a key, or all.
    pub help_turned: bool,
    pub toast: Option<Toast>,
    pub search: Option<Search>,
    /// `body:` terms of the filter are being looked for in the sources.
    pub searching_bodies: bool,
    pub transcripts: Transcripts,
    /// The text of the call that is shown.
    pub text: CallText,
    /// How it is shown.
    pub manner: Manner,
    /// Its sections are shown one at a time, even where there is room for more.
    pub one_by_one: bool,
    pub theme: String,
    pub themes: Vec<String>,
    pub keymap: Keymap,
    /// Filters that have a name, by name.
    pub saved: Vec<Saved>,
    /// Only some rows of the terminal are drawn on.
    pub inline: bool,
    pub graphs: Graphs,
    /// Costs are shown in it too.
    pub currency: Option<Currency>,
    /// What it costs to send a call on, and to be wrong.
    pub stakes: Stakes,
    pub shown: Shown,
    pub quit: bool,

    /// The other tabs as they were left.
    tabs: [Place; Screen::TABS.len()],
    kept: Kept,
    held: Held,
    chosen: Chosen,
    /// Calls after a range of the past.
    newer: Option<Within>,
    lists: Lists,
    bodies: Bodies,
    /// What to do with a record once it has been read.
    errands: Vec<(u32, Errand)>,
    /// The long record that is cut into lines elsewhere, and for which widths.
    laying: Option<(u32, [usize; SECTIONS], Manner)>,
    /// The line that the next `A` writes, and how long that is offered.
    offered: Option<(Fix, Stamp)>,
    aliases: fix::Aliases,
    marks: marks::Marks,
    bill: Option<BillOf>,
    around: Option<Around>,
    auditing: Auditing,
    alerting: Alerting,
    compared: Compared,
    paired: Paired,
    goals: Goals,
    goals_looked: Option<goals::Looked>,
    learning: Learning,
    looking_back: LookingBack,
    judged: Judged,
    /// What was last chosen in the palette, the newest first.
    recent: Vec<Action>,
    scan: palette::Scan,
    heat: Option<heat::Made>,
    brushed: brush::Brushed,
    /// The pane in whose lines the mouse was pressed.
    pressed: Option<Pane>,
    pasts: Pasts,
    hues: Hues,
    /// The scope is not what board and list were folded over.
    rescoped: bool,
    /// That scope came with a letter or a key, on the screen as it is: it may be counted beside the keys.
    typed: bool,
    /// The scope that is being counted.
    counting: Option<Box<Recount>>,
    /// Stale figures are not folded anew before this moment.
    fold_after: Stamp,
    /// The window is the one asked for, or the first that held calls.
    window_settled: bool,
    /// A person chose it.
    window_chosen: bool,
    outbox: Vec<Effect>,
    pricer: Box<dyn Pricer + Send>,
}

impl App {
    pub fn new(options: Options, pricer: Box<dyn Pricer + Send>, now: Stamp) -> Self {
        let bounds = (options.since, options.until);
        let mut app = Self {
            now,
            store: Store::default(),
            board: Board::default(),
            daily: Daily::fold(&Store::default(), now),
            standing: Standing::default(),
            within: Within::default(),
            sources: Vec::new(),
            source_at: HashMap::new(),
            tools: options.tools,
            shape: Shape::default(),
            left_out: Vec::new(),
            loading: Loading::new(now),
            heard: None,
            trail: vec![Place::new(Screen::Overview)],
            window: options.window.unwrap_or(Window::Hour),
            bounds: (bounds != (None, None)).then_some(bounds),
            range: None,
            filter: ActiveFilter::default(),
            clock: Clock::Live,
            zoomed: false,
            ghosts: false,
            masked: options.masked,
            prompt: None,
            drawer: None,
            chooser: None,
            help: None,
            help_turned: false,
            toast: None,
            search: None,
            searching_bodies: false,
            transcripts: Transcripts::default(),
            text: CallText::default(),
            one_by_one: false,
            manner: Manner { rendered: true, secrets: options.secrets },
            theme: options.theme,
            themes: options.themes,
            keymap: options.keymap,
            saved: options.saved,
            inline: options.inline,
            graphs: options.graphs,
            currency: options.currency,
            stakes: options.stakes,
            shown: Shown::default(),
            quit: false,
            tabs: Screen::TABS.map(Place::new),
            kept: Kept::default(),
            held: Held::default(),
            chosen: Chosen { by_hand: None, configured: options.columns },
            newer: None,
            lists: Lists::default(),
            bodies: Bodies::default(),
            errands: Vec::new(),
            laying: None,
            offered: None,
            aliases: fix::Aliases::default(),
            marks: marks::Marks::default(),
            bill: None,
            around: None,
            auditing: Auditing::default(),
            alerting: Alerting::default(),
            compared: Compared::default(),
            paired: Paired::default(),
            goals: options.goals,
            goals_looked: None,
            learning: Learning::default(),
            looking_back: LookingBack::default(),
            judged: None,
            recent: Vec::new(),
            scan: palette::Scan::default(),
            heat: None,
            brushed: None,
            pressed: None,
            pasts: Pasts::default(),
            hues: Hues::default(),
            rescoped: true,
            typed: false,
            counting: None,
            fold_after: now,
            window_settled: options.window.is_some() || bounds != (None, None),
            window_chosen: false,
            outbox: Vec::new(),
            pricer,
        };
        if let Err(error) = app.set_filter(&options.filter) {
            app.say(ToastKind::Failed, error.to_string());
        }
        app
    }

    /// Where the person is.
    pub fn place(&self) -> &Place {
        // The trail is never empty; the tab is a place as good as any to read from.
        self.trail.last().unwrap_or(&self.tabs[0])
    }

    fn place_mut(&mut self) -> &mut Place {
        self.trail.last_mut().unwrap_or(&mut self.tabs[0])
    }

    pub fn screen(&self) -> Screen {
        self.place().screen
    }

    /// The tab that the trail began at.
    pub fn tab(&self) -> Screen {
        self.trail.first().map_or(Screen::Overview, |place| place.screen)
    }

    pub fn focus(&self) -> Pane {
        self.place().focus
    }

    /// The moment the screen stands for: now, or when it was paused.
    pub fn moment(&self) -> Stamp {
        match self.clock {
            Clock::Live => self.now,
            Clock::Paused { at, .. } => at,
        }
    }

    /// Whether there is nothing to see but what the tools in the home have logged.
    pub fn offers_tools(&self) -> bool {
        self.store.calls() == 0 && !self.tools.is_empty() && self.loading.caught_up
    }

    /// The calls of the scope, by time.
    pub fn listing(&self) -> &Listing {
        &self.kept.listing
    }

    pub fn source(&self, id: SourceId) -> Option<&SourceState> {
        self.sources.get(*self.source_at.get(&id)?)
    }

    /// The row of the call that is shown, or that lies under the cursor of a list of calls.
    pub fn current_call(&self) -> Option<u32> {
        let place = self.place();
        match place.screen {
            Screen::Call => place.row,
            Screen::Calls => self.call_at(place.cursor(Pane::Calls).nth),
            Screen::Audit => self.current_case().map(|case| case.row),
            Screen::Alerts if place.focus == Pane::Evidence => {
                self.current_evidence()?.rows().nth(place.cursor(Pane::Evidence).nth)
            }
            Screen::Templates if place.focus == Pane::Summary => self.current_template().map(|line| line.example),
            Screen::Overview if place.focus == Pane::Calls => self.call_at(place.cursor(Pane::Calls).nth),
            _ => None,
        }
    }

    /// The bill of [`App::current_call`].
    pub fn bill(&self) -> Option<&Bill> {
        self.bill.as_ref().filter(|bill| Some(bill.row) == self.current_call())?.bill.as_ref()
    }

    /// The record of [`App::current_call`], or how far its reading is.
    pub fn payload(&self) -> Option<&Payload> {
        self.transcripts.get(self.current_call()?)
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("now", &self.now)
            .field("calls", &self.store.calls())
            .field("trail", &self.trail)
            .field("window", &self.window)
            .field("filter", &self.filter.text)
            .finish_non_exhaustive()
    }
}
