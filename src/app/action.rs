//! Everything a person can make the program do. Keys, mouse and palette all end here.

use super::{Column, Graphs, Grouping, Judgement, Pane, Screen, Show};
use crate::model::Window;

/// See the module. What cannot be done in a state is refused with a reason, never a panic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    Quit,
    /// Closes what lies on top; then the zoom, then the last chip of the filter, then the place.
    Back,
    /// A stop of the trail, counted from its beginning, as it was left.
    BackTo(usize),
    /// Goes deeper: row → call, group → its calls, bin → its calls.
    Open,
    /// The next or previous pane; inside a call, the section.
    Focus(Turn),
    /// A pane of the screen.
    Pane(Pane),
    Move(Step),
    /// The column under the cursor; a graph's cursor.
    Side(Side),
    Screen(Screen),
    /// The next or previous screen; inside a call, the next or previous call of its list.
    Sibling(Turn),
    /// `/`: the filter, or inside a call the search.
    Find,
    /// `@`: asks for a time, and goes to the call nearest it.
    AskTime,
    /// The next or previous match of the search.
    Match(Turn),
    /// The next or previous check that fails.
    Failed(Turn),
    /// Says something of the finding under the cursor; the same again takes it back.
    Judge(Judgement),
    /// Shows the findings of another state.
    ShowNext,
    Show(Show),
    Palette,
    /// The palette with the themes in it, each shown live.
    Themes,
    /// Choose a model to compare prices with.
    Compare,
    /// What the calls under the cursor would have cost at this model's price.
    WhatIf(String),
    /// What is different about the calls that are selected.
    Differ,
    /// The next or previous change between two calls that are compared.
    Difference(Turn),
    /// Shows what is folded in a comparison, or folds it again.
    Unfold,
    /// Why the bill changed.
    Change,
    /// Compares with another span: the one before, or last week's.
    Against,
    /// Goes to the heat strip, or back from it.
    Heat,
    /// Begins a box or a range at the cursor, or drops it.
    Brush,
    Drawer,
    /// Checks or unchecks the value under the cursor of the drawer, or the column under that of the card.
    Check,
    /// The card on which columns are chosen and moved.
    Columns,
    /// Moves the column under the card's cursor.
    Shift(Turn),
    /// Back to the columns that follow the room there is, or to those of the configuration.
    ResetColumns,
    /// Sorts by the column under the cursor.
    Sort,
    /// Sorts the focused table by a column.
    SortBy(Column),
    Reverse,
    /// Only what is as the cell under the cursor.
    Only,
    /// Nothing that is as the cell under the cursor.
    Without,
    /// Puts the line of confidence where it holds that at most so many calls pass wrong.
    Certify,
    /// The next router's confidence.
    Scale,
    /// Finer bins of confidence, or wider ones.
    Finer,
    Wider,
    /// The next dimension to group by.
    GroupNext,
    GroupBy(Grouping),
    WindowLonger,
    WindowShorter,
    Window(Window),
    /// Looks at less time, or more, about the cursor of a graph.
    ZoomIn,
    ZoomOut,
    /// Looks at the time before, or after.
    Earlier,
    Later,
    /// Back from a zoomed or moved range of time to the window.
    WholeWindow,
    /// Shows last week's same hours behind the graphs.
    Ghost,
    Pause,
    Follow,
    Zoom,
    ThemeNext,
    Theme(String),
    Graphs(Graphs),
    Mask,
    /// Folds what the line under the cursor stands in, or unfolds it.
    Fold,
    /// Folds every message, or shows all.
    FoldAll,
    /// Shows the sections of a call side by side, or one by one.
    Sections,
    /// Markdown as it is meant, or as it was written.
    Rendered,
    /// Shows keys and passwords, or hides them.
    Secrets,
    /// The previous or next call of the same session.
    InSession(Turn),
    CopyCell,
    /// The path of the JSON under the cursor.
    CopyPath,
    /// The request as a command that asks it again.
    CopyCurl,
    /// The section in `$EDITOR`.
    Editor,
    CopyRecord,
    Pager,
    /// Adds to the configuration what settles the finding under the cursor.
    Fix,
    /// Writes the listed calls to a file.
    Export(Written),
    /// Marks the call under the cursor, or takes the mark back.
    Mark,
    /// Marks everything from the last mark to the cursor.
    MarkRange,
    Help,
    /// The list of keys in few words or in all of them.
    HelpForm,
    /// What was found, how it was read, and what was left out.
    Sources,
    ClearFilter,
    /// Takes a chip out of the filter, counted from its beginning.
    Unchip(usize),
    /// Adds a term to the filter.
    Filter(String),
    /// Puts the filter of that name in force.
    ApplyFilter(String),
    /// Keeps the filter under a name; asks for one if it is empty.
    KeepFilter(String),
    ForgetFilter(String),
    /// Keeps what is typed as the filter, and asks for a name.
    SaveFilter,
    /// Forgets the saved filter under the drawer's cursor.
    Forget,
    /// The call of a row of the store.
    OpenCall(u32),
    Redraw,
    Suspend,
    /// A change of the open prompt's text.
    Edit(Edit),
    /// Takes the prompt's text for good.
    Accept,
    /// Completes the word at the prompt's cursor.
    Complete,
    /// Takes a line of what is offered: does a command, puts in a completion, checks a value of the drawer.
    Pick(usize),
}

impl Action {
    /// Whether it is done with an open prompt rather than beside it.
    pub fn is_typing(&self) -> bool {
        matches!(self, Self::Edit(_) | Self::Accept | Self::Complete | Self::Pick(_) | Self::Back | Self::Move(_))
    }
}

/// How calls are written to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    Csv,
    /// A JSON object a line.
    Ndjson,
}

impl Written {
    /// What the name of the file ends with.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }
}

/// Forward or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Next,
    Previous,
}

/// Up and down a list or a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Up,
    Down,
    HalfUp,
    HalfDown,
    PageUp,
    PageDown,
    First,
    Last,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

/// Changes of a line of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    Insert(String),
    Backspace,
    Delete,
    DeleteWord,
    DeleteToStart,
    DeleteToEnd,
    Left,
    Right,
    WordLeft,
    WordRight,
    Start,
    End,
}
