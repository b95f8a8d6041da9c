//! The run: one task owns the state, takes in what is pressed and what is read, and draws when something has changed.
//!
//! The first change after a pause is drawn at once, then at most thirty frames a second, the last state winning. With
//! nothing going on it sleeps until the minute turns.

mod effects;
mod export;
pub mod looks;
mod options;
mod pace;
mod surface;
pub mod tell;
mod title;

pub use options::{Amend, Options};

use std::io::Write;
use std::mem::{self, ManuallyDrop};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use crossterm::QueueableCommand;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::Frame;
use tokio::sync::mpsc::{Receiver, UnboundedReceiver};
use tokio::time::timeout;

use self::effects::{Answer, Workers};
use self::export::Export;
use self::looks::Looks;
use self::options::changed;
use self::pace::Pace;
use self::surface::{Screen, area, terminal};
use self::tell::Noise;
use self::title::Title;
use crate::app::{Address, App, Effect, Fix, Shown, Written};
use crate::commands::verdicts::Memory;
use crate::ingest::event::{Event, Transcript};
use crate::ingest::{discover, tools};
use crate::model::Stamp;
use crate::term::input::{Input, Inputs};
use crate::term::signals::{self, Told};
use crate::term::{self, pager};

/// How long batches may be taken in before keys are looked at again.
const TURN: Duration = Duration::from_millis(8);

/// How long the program may go on after it has asked to be stopped.
const STOPS: Duration = Duration::from_millis(500);

/// Runs the monitor until it is quit: 0, or 128 and the number of the signal that ended it.
///
/// `read` fetches a call's record and runs on worker threads; `draw` puts the state on a frame.
pub fn run<R, D>(app: App, events: Receiver<Event>, read: R, draw: D, options: Options) -> anyhow::Result<ExitCode>
where
    R: Fn(&Address) -> Result<Transcript, String> + Send + Sync + 'static,
    D: FnMut(&App, &mut Frame<'_>) -> Shown,
{
    if let Some(why) = term::refusal(|name| std::env::var(name).ok()) {
        anyhow::bail!(why);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let code = runtime.block_on(async {
        let told = signals::listen().context("signals cannot be caught")?;
        term::enter(options.mouse, options.inline).context("the terminal cannot be taken over")?;
        let result = Run::new(app, events, read, draw, told, options)?.go().await;
        term::leave();
        result
    });
    // A worker may be reading from a slow disk: nobody waits for it.
    runtime.shutdown_background();
    match code {
        // A frame was being written when the terminal went: that is no failure, but the hang-up itself.
        Err(error) if term::is_hangup(&error) => Ok(ExitCode::from(129)),
        code => code.map(ExitCode::from),
    }
}

struct Run<D> {
    app: App,
    events: Receiver<Event>,
    draw: D,
    told: UnboundedReceiver<Told>,
    options: Options,
    inputs: Inputs,
    /// Never dropped: `term::leave` gives the terminal back, and ratatui's own end would complain to one that is gone,
    /// which panics.
    terminal: ManuallyDrop<Screen>,
    workers: Workers,
    pace: Pace,
    looks: Looks,
    /// Whether the terminal has the keys, as far as it says so.
    focused: bool,
    export: Option<Export>,
    title: Title,
    /// The exit code, once it is known.
    end: Option<u8>,
}

/// What the loop woke up for.
enum Woken {
    Told(Option<Told>),
    Input(Option<Input>),
    Answer(Option<Answer>),
    Event(Option<Event>),
    Themes(Vec<String>, Vec<String>),
    Time,
}

impl<D: FnMut(&App, &mut Frame<'_>) -> Shown> Run<D> {
    fn new(
        app: App,
        events: Receiver<Event>,
        read: impl Fn(&Address) -> Result<Transcript, String> + Send + Sync + 'static,
        draw: D,
        told: UnboundedReceiver<Told>,
        options: Options,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            app,
            events,
            draw,
            told,
            title: Title::new(options.title),
            options,
            inputs: Inputs::new(),
            terminal: ManuallyDrop::new(terminal()?),
            workers: Workers::new(read),
            pace: Pace::new(),
            looks: Looks::default(),
            focused: true,
            export: None,
            end: None,
        })
    }

    async fn go(mut self) -> anyhow::Result<u8> {
        let mut fed = true;
        loop {
            if let Some(code) = self.end {
                // The terminal may be gone, and nobody is there any more to be told that it did not work.
                let _ = self.options.views.take().map(|views| views.keep(self.app.view(), Stamp::now()));
                return Ok(code);
            }
            if self.pace.may_draw() {
                self.frame()?;
            }
            self.go_on_exporting();
            self.count();
            self.look();
            let screen = self.screen_due();
            let wake = self.looks.due(&self.app).map_or(screen, |look| look.min(screen));
            let woken = tokio::select! {
                biased;
                told = self.told.recv() => Woken::Told(told),
                input = self.inputs.next() => Woken::Input(input),
                answer = self.workers.answers.recv() => Woken::Answer(answer),
                event = self.events.recv(), if fed => Woken::Event(event),
                Some((names, wrong)) = changed(&mut self.options.themes) => Woken::Themes(names, wrong),
                () = tokio::time::sleep_until(wake.into()) => Woken::Time,
            };
            match woken {
                Woken::Told(Some(told)) => self.obey(told).await?,
                // The terminal says nothing any more: it is gone, and the watcher knows it too.
                Woken::Told(None) | Woken::Input(None) => self.end = Some(129),
                Woken::Input(Some(input)) => self.take_input(input).await?,
                Woken::Answer(answer) => self.take_answers(answer),
                Woken::Event(None) => fed = false,
                Woken::Event(Some(event)) => self.take_events(event),
                Woken::Themes(names, wrong) => {
                    self.app.themes = names;
                    wrong.into_iter().next().into_iter().for_each(|why| self.app.fail(why));
                    self.pace.change();
                }
                // A count that goes on changes nothing yet.
                Woken::Time if self.app.is_counting() => {}
                Woken::Time if screen <= Instant::now() => self.pace.change(),
                // The rules are to look; what they find is drawn, not that they look.
                Woken::Time => {}
            }
        }
    }

    /// The next frame if one is due, else the moment something changes by itself.
    fn screen_due(&self) -> Instant {
        if self.export.is_some() || self.app.is_counting() {
            return Instant::now();
        }
        if let Some(frame) = self.pace.next_frame() {
            return frame;
        }
        let millis = self.app.due().0 - Stamp::now().0;
        Instant::now() + Duration::from_millis(millis.clamp(1, 60_000) as u64)
    }

    /// Lets the rules look for a turn. Before it, what was said elsewhere of their findings is read.
    fn look(&mut self) {
        if self.looks.turn(&mut self.app) {
            if let Some(said) = self.options.memory.as_mut().and_then(Memory::changed) {
                self.app.remember(said);
            }
            self.pace.change();
        }
    }

    /// Counts what the filter keeps for a turn, if that is being counted; keys go before the next one.
    fn count(&mut self) {
        let began = Instant::now();
        while self.app.is_counting() && began.elapsed() < TURN {
            if !self.app.count_on() {
                self.pace.change();
            }
        }
    }

    fn frame(&mut self) -> anyhow::Result<()> {
        let effects = self.app.settle(Stamp::now());
        self.do_all(effects)?;
        self.terminal.backend_mut().queue(BeginSynchronizedUpdate)?;
        let mut shown = Shown::default();
        let (app, draw) = (&self.app, &mut self.draw);
        self.terminal.draw(|frame| shown = draw(app, frame))?;
        self.terminal.backend_mut().queue(EndSynchronizedUpdate)?.flush()?;
        self.title.set(&self.app)?;
        // Panes that turn out larger than they were hold more: once more, with what is known now.
        let grown = self.app.shown.layout() != shown.layout();
        self.app.shown = shown;
        self.pace.drawn(grown);
        Ok(())
    }

    async fn take_input(&mut self, input: Input) -> anyhow::Result<()> {
        self.pace.change();
        let mut next = Some(input);
        while let Some(input) = next {
            let now = Stamp::now();
            let effects = match input {
                Input::Key(key) => self.app.press(key, now),
                Input::Paste(text) => self.app.paste(&text, now),
                Input::Click { x, y } => self.app.click(x, y, now),
                Input::Drag { x, y } => {
                    self.app.drag(x, y, now);
                    Vec::new()
                }
                Input::Wheel { x, y, step } => self.app.wheel(x, y, step, now),
                Input::Focus(has) => {
                    self.focused = has;
                    Vec::new()
                }
                Input::Resize(..) => {
                    self.repaint()?;
                    Vec::new()
                }
            };
            self.do_all(effects)?;
            next = if self.end.is_none() { self.inputs.ready().await } else { None };
        }
        Ok(())
    }

    fn take_answers(&mut self, answer: Option<Answer>) {
        self.pace.change();
        let now = Stamp::now();
        match answer {
            Some(Answer::Read { row, span, transcript }) => self.app.arrived(row, span, transcript, now),
            Some(Answer::Found { needle, rows }) => self.app.found_bodies(&needle, rows, now),
            Some(Answer::Learnt { learnt, read, is_done }) => self.app.learnt(learnt, read, is_done, now),
            Some(Answer::Paired(text)) => self.app.paired(text, now),
            Some(Answer::Laid(text)) => self.app.laid(text, now),
            Some(Answer::Failed(why)) => self.app.fail(why),
            Some(Answer::Looked { needle, sections, hits }) => self.app.found_text(&needle, &sections, hits, now),
            None => {}
        }
    }

    /// Takes in what waits, for one turn.
    fn take_events(&mut self, event: Event) {
        self.pace.change();
        let began = Instant::now();
        let mut next = Some(event);
        while let Some(event) = next {
            self.app.absorb(event, Stamp::now());
            next = if began.elapsed() < TURN { self.events.try_recv().ok() } else { None };
        }
    }

    fn do_all(&mut self, effects: Vec<Effect>) -> anyhow::Result<()> {
        for effect in effects {
            match effect {
                Effect::Quit => self.end = Some(0),
                Effect::Read(address) => self.workers.read(address),
                Effect::FindBodies { needle, among } => self.workers.find(needle, among),
                Effect::Learn { among, afresh } => self.workers.learn(among, afresh),
                Effect::Export { name, form, rows } => self.export(&name, form, rows),
                Effect::Lay { row, transcript, widths, manner } => self.workers.lay(row, transcript, widths, manner),
                Effect::Look { needle, sections } => self.workers.look(needle, sections),
                Effect::Pair { of, calls } => self.workers.pair(of, calls),
                Effect::Tell { finding, calls } => {
                    let Noise { bell, note } = tell::on_screen(&self.options.alerts, &finding, self.focused);
                    term::ring(bell, note.as_deref())?;
                    if let Some(ways) = self.options.alerts.of(finding.severity) {
                        self.workers.tell(ways.clone(), *finding, calls);
                    }
                }
                Effect::Remember { key, verdict } => {
                    if let Some(Err(error)) = self.options.memory.as_mut().map(|memory| memory.keep(&key, verdict)) {
                        self.app.fail(format!("what was said cannot be remembered: {error}"));
                    }
                }
                Effect::KeepFilter { name, text } => {
                    let kept = self.options.filters.as_ref().map(|filters| filters.keep(&name, text.as_deref()));
                    if let Some(Err(why)) = kept {
                        self.app.fail(format!("the filter is not kept for the next time: {why}"));
                    }
                }
                Effect::RememberColumns(words) => {
                    if let Some(Err(error)) = self.options.columns.as_ref().map(|columns| columns.keep(words)) {
                        self.app.fail(format!("the columns cannot be remembered: {error}"));
                    }
                }
                Effect::Copy(text) => term::copy(&text)?,
                Effect::Pager { text, .. } => self.lend(|| pager::show(text))?,
                Effect::Editor { text } => self.lend(|| pager::edit(&text))?,
                Effect::ReadTools => {
                    if let Some(more) = &self.options.more {
                        let tools = tools::present().into_iter().filter_map(|tool| discover::of_tool(tool).ok());
                        more.add(tools.collect());
                    }
                }
                Effect::Amend(fix) => self.amend(&fix),
                Effect::Suspend => {
                    // To the whole job, as the terminal itself would; our own share comes back as a signal.
                    let _ = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
                }
                Effect::Redraw => self.repaint()?,
            }
        }
        Ok(())
    }

    fn amend(&mut self, fix: &Fix) {
        let Some(Amend(amend)) = &self.options.amend else {
            return self.app.fail("there is no configuration here to add to");
        };
        match amend(fix) {
            Ok((what, pricer)) => {
                self.app.priced_by(pricer);
                self.app.done(what);
            }
            Err(why) => self.app.fail(why),
        }
    }

    fn export(&mut self, name: &str, form: Written, rows: Vec<u32>) {
        if self.export.is_some() {
            return self.app.fail("calls are being written already");
        }
        match Export::begin(&self.app, name, form, rows) {
            Ok(export) => self.export = Some(export),
            Err(error) => self.app.fail(format!("{name}.{} cannot be written: {error}", form.ending())),
        }
    }

    /// Writes for one turn, if there is something to write.
    fn go_on_exporting(&mut self) {
        let Some(export) = &mut self.export else { return };
        match export.go_on(&self.app, TURN) {
            Ok(None) => return,
            Ok(Some(what)) => self.app.done(what),
            Err(error) => self.app.fail(format!("the calls cannot be written: {error}")),
        }
        self.export = None;
        self.pace.change();
    }

    async fn obey(&mut self, told: Told) -> anyhow::Result<()> {
        match told {
            Told::End(code) => self.end = Some(code),
            Told::Stop => {
                self.inputs.pause();
                term::leave();
                if signals::is_alone() {
                    let id = rustix::process::getpid().as_raw_nonzero();
                    term::note(&format!("callscope is stopped; `kill -CONT {id}` goes on\r\n"))?;
                }
                signals::stop();
                // The stop takes hold of all threads in its own time: this one must not have gone on meanwhile and
                // taken the terminal over again. Where nothing can stop us, in a container's first process, nobody
                // continues us either.
                if let Ok(Some(Told::End(code))) = timeout(STOPS, self.told.recv()).await {
                    self.end = Some(code);
                }
                self.come_back()?;
            }
            Told::Continued => {
                self.inputs.pause();
                self.come_back()?;
            }
        }
        Ok(())
    }

    /// Gives the terminal to the pager for a while.
    fn lend(&mut self, to: impl FnOnce() -> Result<(), String>) -> anyhow::Result<()> {
        self.inputs.pause();
        term::leave();
        let result = to();
        self.come_back()?;
        if let Err(why) = result {
            self.app.fail(why);
        }
        Ok(())
    }

    /// Takes the terminal over again and paints all of it.
    fn come_back(&mut self) -> anyhow::Result<()> {
        term::enter(self.options.mouse, self.options.inline)?;
        self.title.forget();
        self.inputs.resume();
        self.repaint()
    }

    /// Every cell anew, at the size the terminal has now.
    fn repaint(&mut self) -> anyhow::Result<()> {
        term::inline::resized(term::size().1)?;
        if self.options.inline.is_some() {
            // A narrower one would make ratatui (0.30) clear all of the terminal, and begin at its first row.
            drop(ManuallyDrop::into_inner(mem::replace(&mut self.terminal, ManuallyDrop::new(terminal()?))));
        }
        self.terminal.resize(area())?;
        self.pace.change();
        Ok(())
    }
}
