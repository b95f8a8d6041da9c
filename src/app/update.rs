//! How the state changes by hand: one action, one short answer.

use super::reading::Errand;
use super::{
    Action, App, Code, Edit, Effect, Key, Pane, PaneKind, PromptKind, Screen, Step, ToastKind, Written, chips, keys,
};
use crate::model::clean;
use crate::model::{Stamp, Window};
use crate::store::Row;

impl App {
    /// Does what a key is bound to here; a key that cannot work now says why.
    pub fn press(&mut self, key: Key, now: Stamp) -> Vec<Effect> {
        self.now = self.now.max(now);
        let Some(binding) = self.keymap.find(keys::context(self), key) else {
            return match key {
                Key { code: Code::Char(c), ctrl: false, alt: false } if self.prompt.is_some() => {
                    self.update(Action::Edit(Edit::Insert(c.to_string())), now)
                }
                _ => Vec::new(),
            };
        };
        // What was said of the key before is of no interest any more; what failed is.
        self.toast.take_if(|toast| toast.kind != ToastKind::Failed);
        if !matches!(binding.action, Action::Fix) {
            self.offered = None;
        }
        if let Some(why) = (binding.refuses)(self) {
            self.refuse_keyed(why);
            return Vec::new();
        }
        self.update(binding.action.clone(), now)
    }

    /// Text that was pasted: one line of it goes into the prompt.
    pub fn paste(&mut self, text: &str, now: Stamp) -> Vec<Effect> {
        if self.prompt.is_none() {
            return Vec::new();
        }
        let line = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        self.update(Action::Edit(Edit::Insert(line)), now)
    }

    /// A click of the mouse: what lies there, the pane, and in a table the line.
    pub fn click(&mut self, x: u16, y: u16, now: Stamp) -> Vec<Effect> {
        if let Some(action) = self.shown.click(x, y).cloned() {
            if let (Action::SortBy(_), Some(shown)) = (&action, self.shown.at(x, y)) {
                self.focus_on(shown.pane);
            }
            if !action.is_typing() {
                self.leave_prompt();
            }
            return self.update(action, now);
        }
        self.pressed = None;
        if self.prompt.is_some() || self.help.is_some() || self.drawer.is_some() || self.chooser.is_some() {
            return Vec::new();
        }
        let Some(shown) = self.shown.at(x, y) else { return Vec::new() };
        let (pane, lines, top) = (shown.pane, shown.lines, shown.top);
        self.focus_on(pane);
        self.pressed = lines.holds(x, y).then_some(pane);
        self.drop_brush();
        if self.pressed.is_some() && matches!(pane.kind(), PaneKind::Graph | PaneKind::Strip) {
            self.point_at(pane, x, y);
            return Vec::new();
        }
        let nth = top + usize::from(y.saturating_sub(lines.y));
        if lines.holds(x, y) && matches!(pane.kind(), PaneKind::Table | PaneKind::Bins) && nth < self.len(pane) {
            let again = self.place().cursor(pane).nth == nth;
            let id = self.id_at(pane, nth);
            let cursor = self.place_mut().cursor_mut(pane);
            (cursor.id, cursor.nth) = (id, nth);
            if pane == Pane::Calls {
                self.keep_mark();
            }
            if pane == Pane::Checks && !again {
                self.first_case();
            }
            if pane == Pane::Findings && !again {
                self.first_evidence();
            }
            if again {
                return self.update(Action::Open, now);
            }
        }
        Vec::new()
    }

    /// The wheel turns what is under it.
    pub fn wheel(&mut self, x: u16, y: u16, step: Step, now: Stamp) -> Vec<Effect> {
        if self.prompt.is_some() {
            return Vec::new();
        }
        if self.help.is_some() || self.drawer.is_some() || self.chooser.is_some() {
            return self.update(Action::Move(step), now);
        }
        if let Some(pane) = self.shown.at(x, y).map(|shown| shown.pane) {
            if pane.kind() == PaneKind::Graph && matches!(step, Step::Up | Step::Down) {
                self.now = self.now.max(now);
                // About the moment that it points at.
                self.point_at(pane, x, y);
                self.zoom_time(pane, step == Step::Up);
                return std::mem::take(&mut self.outbox);
            }
            for _ in 0..3 {
                self.step_in(pane, step);
            }
        }
        Vec::new()
    }

    /// Does an action. Total: what cannot be done is refused with a reason.
    pub fn update(&mut self, action: Action, now: Stamp) -> Vec<Effect> {
        self.now = self.now.max(now);
        // Whatever looks at lists must see them as the last action left them.
        if !matches!(action, Action::Edit(_)) {
            let effects = self.settle(now);
            self.outbox.splice(0..0, effects);
        }
        self.act(action);
        std::mem::take(&mut self.outbox)
    }

    pub(super) fn act(&mut self, action: Action) {
        match action {
            Action::Quit => {
                self.quit = true;
                self.outbox.push(Effect::Quit);
            }
            Action::Back => self.back(),
            Action::Open => self.open(),
            Action::BackTo(stop) => self.back_to(stop),
            Action::Pane(pane) => self.focus_on(pane),
            Action::Focus(turn) => self.turn_focus(turn),
            Action::Move(step) if self.prompt.is_some() => self.choose(step),
            Action::Move(step) => self.step(step),
            Action::Side(side) => self.side(side),
            Action::Screen(screen) => self.visit(screen),
            Action::Sibling(turn) => self.sibling(turn),
            Action::Find => self.find(),
            Action::AskTime => self.ask_time(),
            Action::Match(turn) => self.turn_match(turn),
            Action::Failed(turn) => self.turn_failed(turn),
            Action::Judge(judgement) => self.judge(judgement),
            Action::ShowNext => self.turn_show(),
            Action::Show(show) => self.show_alerts(show),
            Action::Palette => self.open_palette(""),
            Action::Themes => self.open_palette(super::palette::THEMES),
            Action::Compare => self.open_palette("what if "),
            Action::WhatIf(model) => self.compare_with(&model),
            Action::Differ => self.open_differ(),
            Action::Difference(turn) => self.turn_change(turn),
            Action::Unfold => self.unfold(),
            Action::Change => self.open_change(),
            Action::Against => self.turn_against(),
            Action::Heat => self.toggle_heat(),
            Action::Brush => self.brush(),
            Action::Drawer => self.toggle_drawer(),
            Action::Check if self.chooser.is_some() => self.check_column(),
            Action::Check => self.check(),
            Action::Columns => self.toggle_chooser(),
            Action::Shift(turn) => self.shift_column(turn),
            Action::ResetColumns => self.reset_columns(),
            Action::Sort => self.sort_by(self.place().cursor(self.focus()).column),
            Action::SortBy(column) => self.sort_by(column),
            Action::Reverse => self.reverse(),
            Action::Only => self.narrow(false),
            Action::Without => self.narrow(true),
            Action::Certify => self.certify(),
            Action::Scale => self.next_scale(),
            Action::Finer => self.change_bins(true),
            Action::Wider => self.change_bins(false),
            Action::GroupNext if self.focus() == Pane::Heat || self.screen() == Screen::Calls => self.next_quantity(),
            Action::GroupNext => self.group_next(),
            Action::GroupBy(grouping) => self.group_by(grouping),
            Action::WindowLonger if self.range.is_some() => self.leave_range(),
            Action::WindowLonger => self.window_by_hand(self.next_window()),
            Action::WindowShorter => self.window_by_hand(self.window.shorter()),
            Action::Window(window) => self.window_by_hand(window),
            Action::Pause => self.toggle_pause(),
            Action::Follow => {
                self.go_live();
                self.follow();
                self.done("following the newest call");
            }
            Action::ZoomIn => self.zoom_time(self.focus(), true),
            Action::ZoomOut => self.zoom_time(self.focus(), false),
            Action::Earlier => self.move_in_time(true),
            Action::Later => self.move_in_time(false),
            Action::Ghost => self.toggle_ghost(),
            Action::WholeWindow => self.leave_range(),
            Action::Zoom => self.zoomed = !self.zoomed,
            Action::ThemeNext => self.next_theme(),
            Action::Theme(name) => self.show_theme(name),
            Action::Graphs(graphs) => self.graphs = graphs,
            Action::Mask => self.mask(),
            Action::Fold => self.fold(),
            Action::FoldAll => self.fold_all(),
            Action::Sections => {
                self.one_by_one = !self.one_by_one;
                self.done(if self.one_by_one { "one section at a time" } else { "sections side by side" });
            }
            Action::Rendered => {
                self.manner.rendered = !self.manner.rendered;
                self.done(if self.manner.rendered { "Markdown is rendered" } else { "text as it was written" });
            }
            Action::Secrets => {
                self.manner.secrets = !self.manner.secrets;
                self.done(if self.manner.secrets {
                    "keys and passwords are shown"
                } else {
                    "keys and passwords are hidden"
                });
            }
            Action::InSession(turn) => self.turn_session(turn),
            Action::CopyPath => self.copy_path(),
            Action::CopyCurl => self.copy_curl(),
            Action::Editor => self.send_current(Errand::Editor),
            Action::CopyCell => self.copy_cell(),
            Action::CopyRecord if self.screen() == Screen::Alerts && self.focus() != Pane::Evidence => {
                let text = self.evidence_text().unwrap_or_default().to_owned();
                self.copy(text, "evidence");
            }
            Action::CopyRecord => self.send_current(Errand::Copy),
            Action::Fix => self.apply_fix(),
            Action::Export(form) => self.export(form),
            Action::Mark => self.mark(),
            Action::MarkRange => self.mark_range(),
            Action::Pager if self.offers_tools() => {
                self.tools.clear();
                self.loading.caught_up = false;
                self.outbox.push(Effect::ReadTools);
            }
            Action::Pager => self.send_current(Errand::Pager),
            Action::Help => self.help = if self.help.is_some() { None } else { Some(0) },
            Action::HelpForm => {
                self.help_turned = !self.help_turned;
                self.help = self.help.map(|_| 0);
            }
            Action::Sources => self.visit(Screen::Sources),
            Action::ClearFilter => self.try_filter(""),
            Action::Unchip(nth) => self.unchip(nth),
            Action::Filter(term) => self.try_filter(&chips::with(&self.filter.text, &term)),
            Action::ApplyFilter(name) => self.apply_filter(&name),
            Action::KeepFilter(name) => self.keep_filter(&name),
            Action::ForgetFilter(name) => self.forget_filter(&name),
            Action::SaveFilter => self.save_typed(),
            Action::Forget => self.forget_under_cursor(),
            Action::OpenCall(row) => self.open_call(row),
            Action::Redraw => self.outbox.push(Effect::Redraw),
            Action::Suspend => self.outbox.push(Effect::Suspend),
            Action::Edit(edit) => self.edit(&edit),
            Action::Accept => self.accept(),
            Action::Complete => self.complete(),
            Action::Pick(nth) => self.pick(nth),
        }
    }

    /// Where the window stands on the screen it is seen; elsewhere it is said.
    fn window_by_hand(&mut self, window: Window) {
        self.set_window(window);
        if matches!(self.screen(), Screen::Call | Screen::Sources) {
            self.say(ToastKind::Done, format!("window {}", window.word()));
        }
    }

    /// There may be nothing private on the screen just now: who is about to share it wants to be sure.
    fn mask(&mut self) {
        self.masked = !self.masked;
        let words = if self.masked { "private text is hidden: {mask} shows it" } else { "private text is shown" };
        let words = self.keymap.fill(words, keys::context(self)).into_owned();
        self.say(ToastKind::Done, words);
    }

    /// Goes to a screen, unless it is the one that is shown.
    fn visit(&mut self, screen: Screen) {
        let is_here = self.screen() == screen && (self.trail.len() == 1 || screen.tab().is_none());
        if is_here && self.help.is_none() && self.drawer.is_none() && !self.zoomed {
            return self.refuse(format!("this is {}", screen.name()));
        }
        self.drawer = None;
        self.go(screen);
    }

    fn next_theme(&mut self) {
        let here = self.themes.iter().position(|name| *name == self.theme);
        let next = here.map_or(0, |here| (here + 1) % self.themes.len());
        if let Some(name) = self.themes.get(next).cloned() {
            self.show_theme(name);
        }
    }

    fn show_theme(&mut self, name: String) {
        self.say(ToastKind::Done, format!("theme {name}"));
        self.theme = name;
    }

    fn copy_cell(&mut self) {
        if self.screen() == Screen::Call {
            let lines = self.text.lines(self.focus());
            if lines.is_empty() {
                let id = self.current_call().and_then(|row| self.store.get(row)).map(Row::id);
                return self.copy(id.unwrap_or_default(), "id");
            }
            return self.copy_section();
        }
        if let Some(text) = self.alert_text().filter(|_| self.focus() != Pane::Evidence) {
            let text = text.lines().map(|line| clean::field(line).into_owned()).collect::<Vec<_>>().join("\n");
            return self.copy(text, "finding");
        }
        match self.cell_text() {
            Some(text) => {
                let what = match self.focus() {
                    Pane::Confidence => "line of configuration",
                    Pane::Cost | Pane::Latency | Pane::Heat => "filter",
                    _ => "cell",
                };
                self.copy(clean::field(&text).into_owned(), what);
            }
            None => self.refuse("this cell is empty"),
        }
    }

    /// The calls as they are listed, or the marked ones of them; on screens without a list, newest first; on the audit those that fail the check.
    fn export(&mut self, form: Written) {
        let rows = match self.current_finding() {
            _ if self.screen() == Screen::Alerts => self.evidence_rows(),
            Some(finding) if self.screen() == Screen::Audit => finding.cases.iter().map(|case| case.row).collect(),
            _ => self.chosen(),
        };
        let masked = if self.masked { "masked-" } else { "" };
        let name = format!("callscope-calls-{masked}{}", self.now.local().format("%Y%m%d-%H%M%S"));
        self.outbox.push(Effect::Export { name, form, rows });
    }

    fn send_current(&mut self, errand: Errand) {
        match self.current_call() {
            Some(row) => self.send(row, errand),
            None => self.refuse("there is no call here"),
        }
    }

    /// Whether the prompt takes part of the screen for a list.
    pub fn is_choosing(&self) -> bool {
        self.prompt.as_ref().is_some_and(|prompt| prompt.kind == PromptKind::Command)
    }
}
