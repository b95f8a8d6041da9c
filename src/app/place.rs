//! Where the person is: a screen, its focused pane, and in each pane a cursor that a way back restores.

use super::{Brush, Column, Grouping, Lab, Selection, Span, Strip, TimeRange};
use crate::figures::GroupBy;
use crate::figures::waterfall::Against;

/// What fills the body. The first six are tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Screen {
    Overview,
    Calls,
    Models,
    Routes,
    /// What the rules find.
    Alerts,
    /// Do the books agree?
    Audit,
    /// One call.
    Call,
    /// What was found, how it was read, and what was left out.
    Sources,
    /// What is different about some calls.
    Differ,
    /// Why the bill changed.
    Change,
    /// Which prompts cost?
    Templates,
    /// Two calls, one beside the other.
    Pair,
}

impl Screen {
    /// In the order of the keys `1`, `2`, …
    pub const TABS: [Self; 6] = [Self::Overview, Self::Calls, Self::Models, Self::Routes, Self::Alerts, Self::Audit];

    pub fn name(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Calls => "Calls",
            Self::Models => "Models",
            Self::Routes => "Routes",
            Self::Alerts => "Alerts",
            Self::Audit => "Audit",
            Self::Call => "Call",
            Self::Sources => "Sources",
            Self::Differ => "Differ",
            Self::Change => "Change",
            Self::Templates => "Templates",
            Self::Pair => "Compare",
        }
    }

    /// Its panes in the order that `Tab` walks; hidden ones take the place of another when they are focused.
    pub fn panes(self) -> &'static [Pane] {
        match self {
            Self::Overview => &[
                Pane::Groups,
                Pane::Confidence,
                Pane::Routes,
                Pane::Calls,
                Pane::Findings,
                Pane::Cost,
                Pane::Latency,
                Pane::Figures,
                Pane::Heat,
                Pane::Burn,
            ],
            Self::Calls => &[Pane::Calls, Pane::Summary, Pane::Heat],
            Self::Models => &[Pane::Groups, Pane::Cost, Pane::Mix],
            Self::Routes => &[Pane::Routes, Pane::Confidence, Pane::Corrections, Pane::Cost],
            Self::Alerts => &[Pane::Findings, Pane::Finding, Pane::Evidence],
            Self::Audit => &[Pane::Checks, Pane::Cases, Pane::Pairs],
            Self::Call => &[Pane::Summary, Pane::Request, Pane::Response, Pane::Raw, Pane::Twins],
            Self::Sources => &[Pane::Sources],
            Self::Differ => &[Pane::Fields],
            Self::Change => &[Pane::Steps],
            Self::Templates => &[Pane::Templates, Pane::Summary],
            Self::Pair => &[Pane::Pair],
        }
    }

    /// Its number among the tabs, from 0.
    pub fn tab(self) -> Option<usize> {
        Self::TABS.iter().position(|tab| *tab == self)
    }
}

/// A part of a screen that can hold the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Pane {
    /// Cost over time: of everything, or of the group under the cursor on Models and Routes.
    Cost,
    /// Latency over time.
    Latency,
    /// Calls by model, or by what [`Place::grouping`] says.
    Groups,
    /// How sure the router was, in bins.
    Confidence,
    Routes,
    Calls,
    /// The routes of a model, or the models of whatever else is grouped by.
    Mix,
    Summary,
    Request,
    Response,
    Raw,
    /// What other records tell of the call.
    Twins,
    Sources,
    /// Sources that tell of the same calls.
    Pairs,
    /// What was asked of the books, and what fails.
    Checks,
    /// The calls that fail the check under the cursor.
    Cases,
    /// The fields of some calls against those of the rest.
    Fields,
    /// What made the bill another.
    Steps,
    /// What the rules find.
    Findings,
    /// All about the one under their cursor.
    Finding,
    /// The newest of the calls that show it.
    Evidence,
    /// The headline's figures and their changes.
    Figures,
    /// How budgets and objectives stand.
    Burn,
    /// Prompt templates.
    Templates,
    /// What people took instead of what the router chose.
    Corrections,
    /// Calls by time and by latency, or what else [`Place::strip`] says.
    Heat,
    /// Two calls, one beside the other.
    Pair,
}

impl Pane {
    pub const COUNT: usize = 27;

    /// What the cursor keys do here.
    pub fn kind(self) -> PaneKind {
        match self {
            Self::Cost | Self::Latency => PaneKind::Graph,
            Self::Heat => PaneKind::Strip,
            Self::Figures => PaneKind::Row,
            Self::Groups | Self::Routes | Self::Calls | Self::Sources => PaneKind::Table,
            Self::Pairs | Self::Checks | Self::Cases | Self::Fields | Self::Steps | Self::Burn => PaneKind::Table,
            Self::Findings | Self::Evidence => PaneKind::Table,
            Self::Templates => PaneKind::Table,
            Self::Corrections => PaneKind::Table,
            Self::Confidence => PaneKind::Bins,
            Self::Request | Self::Response | Self::Raw | Self::Twins => PaneKind::Lines,
            Self::Mix | Self::Summary => PaneKind::Text,
            Self::Finding | Self::Pair => PaneKind::Text,
        }
    }

    /// The columns its table can have.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Calls => &Column::OF_CALLS,
            Self::Groups | Self::Routes => &Column::OF_GROUPS,
            Self::Sources => &Column::OF_SOURCES,
            _ => &[],
        }
    }

    /// Whether its lines can be put in the order of a column.
    pub fn sorts_by(self, column: Column) -> bool {
        match self {
            Self::Calls => column.sort_by().is_some(),
            Self::Groups | Self::Routes => Column::OF_GROUPS.contains(&column),
            _ => false,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Latency => "latency",
            Self::Groups => "groups",
            Self::Confidence => "confidence",
            Self::Routes => "routes",
            Self::Calls => "calls",
            Self::Mix => "mix",
            Self::Summary => "Summary",
            Self::Request => "Request",
            Self::Response => "Response",
            Self::Raw => "Raw",
            Self::Twins => "Twins",
            Self::Sources => "sources",
            Self::Pairs => "pairs",
            Self::Checks => "checks",
            Self::Cases => "calls that fail",
            Self::Fields => "fields",
            Self::Steps => "steps",
            Self::Findings => "findings",
            Self::Finding => "finding",
            Self::Evidence => "evidence",
            Self::Figures => "figures",
            Self::Burn => "budgets",
            Self::Templates => "templates",
            Self::Corrections => "corrections",
            Self::Heat => "heat",
            Self::Pair => "compare",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaneKind {
    /// Rows and columns.
    Table,
    /// Rows from the least to the most sure; on Routes, a line across them.
    Bins,
    /// Things side by side.
    Row,
    /// A cursor that walks time.
    Graph,
    /// Lines that a cursor walks, some of them folded away.
    Lines,
    /// A cursor that walks time and, up and down, values.
    Strip,
    /// Lines that scroll.
    Text,
}

/// What a table is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub by: Column,
    /// The largest (newest) first.
    pub falling: bool,
}

impl Sort {
    pub const fn falling(by: Column) -> Self {
        Self { by, falling: true }
    }
}

/// Where a pane's cursor stands and how its list is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Whose line the cursor is on, so that it stays there while lines come and go: a row of the store, a name's
    /// symbol, a day's number (as `u32`), a bin, a source's number, a finding's hash, a field, a factor, the second since 1970 a bucket begins. `None` in
    /// text, while following, and before there is a line.
    pub id: Option<u32>,
    /// That line's place in the list; in text the first line shown. Always valid after
    /// [`App::settle`](super::App::settle), and 0 in an empty list.
    pub nth: usize,
    /// The first line shown, as last scrolled: see [`Cursor::top`].
    pub top: usize,
    pub column: Column,
    pub sort: Sort,
}

impl Cursor {
    pub const fn sorted(column: Column, sort: Sort) -> Self {
        Self { id: None, nth: 0, top: 0, column, sort }
    }

    /// The first line to draw in a pane of `height` lines over a list of `len`: as scrolled, moved as little as needed
    /// for the cursor to be seen and the pane to be full.
    pub fn top(&self, height: usize, len: usize) -> usize {
        let height = height.max(1);
        let last = len.saturating_sub(height);
        self.top.min(self.nth).max((self.nth + 1).saturating_sub(height)).min(last)
    }
}

/// A stop on the trail.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub screen: Screen,
    pub focus: Pane,
    cursors: [Cursor; Pane::COUNT],
    /// What [`Pane::Groups`] groups by, and on Routes its list.
    pub grouping: Grouping,
    /// The row of the store that [`Screen::Call`] shows.
    pub row: Option<u32>,
    /// Whether the calls' cursor stays on the newest.
    pub follow: bool,
    /// The newest call when following stopped: what is newer is new.
    pub mark: Option<u32>,
    /// The filter when the place was left or entered.
    pub filter: String,
    /// How many chips of the filter belong to the way here: `Esc` takes only those that came after.
    pub chips: usize,
    /// Whose calls [`Screen::Differ`] is about.
    pub selection: Selection,
    /// The rows of the store that [`Screen::Pair`] compares.
    pub pair: Option<[u32; 2]>,
    /// How confidence is looked at.
    pub lab: Lab,
    /// The heat strip: whether it is shown, and of what.
    pub strip: Strip,
    /// A box or a range that is being drawn.
    pub(super) brush: Option<Brush>,
    /// What [`Screen::Change`] compares with.
    pub against: Against,
    /// The window and bounds to go back to, if the way here led to calls outside of them.
    pub came_from: Option<Span>,
    /// The range of time when the place was entered: `Esc` takes back only one that was chosen here.
    pub range: Option<TimeRange>,
}

/// The column of the calls' cursor before it is known which columns there are.
pub(super) const NOWHERE: Column = Column::Name;

impl Place {
    pub fn new(screen: Screen) -> Self {
        let text = Cursor::sorted(Column::Name, Sort::falling(Column::Name));
        let mut cursors = [text; Pane::COUNT];
        cursors[Pane::Calls as usize] = Cursor::sorted(NOWHERE, Sort::falling(Column::Time));
        cursors[Pane::Groups as usize] = Cursor::sorted(Column::Name, Sort::falling(Column::Cost));
        cursors[Pane::Routes as usize] = Cursor::sorted(Column::Name, Sort::falling(Column::Overrides));
        cursors[Pane::Sources as usize] = Cursor::sorted(Column::Source, Sort { by: Column::Source, falling: false });
        Self {
            screen,
            focus: screen.panes()[0],
            cursors,
            grouping: if screen == Screen::Routes { Grouping::By(GroupBy::Route) } else { Grouping::default() },
            row: None,
            follow: true,
            mark: None,
            filter: String::new(),
            chips: 0,
            selection: Selection::Filter,
            pair: None,
            lab: Lab::default(),
            strip: Strip::default(),
            brush: None,
            against: Against::default(),
            came_from: None,
            range: None,
        }
    }

    pub fn cursor(&self, pane: Pane) -> &Cursor {
        &self.cursors[pane as usize]
    }

    pub fn cursor_mut(&mut self, pane: Pane) -> &mut Cursor {
        &mut self.cursors[pane as usize]
    }
}
