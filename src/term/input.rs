//! What the terminal says, in the program's own words.

use std::future::poll_fn;
use std::task::Poll;

use crossterm::event::{
    Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind,
};
use futures_util::StreamExt;

use super::background::Late;
use crate::app::{Code, Key, Step};

/// Something a person did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    Key(Key),
    Paste(String),
    Click {
        x: u16,
        y: u16,
    },
    /// The mouse was moved with its button held.
    Drag {
        x: u16,
        y: u16,
    },
    Wheel {
        x: u16,
        y: u16,
        step: Step,
    },
    Resize(u16, u16),
    /// The terminal got the keys, or lost them to another window.
    Focus(bool),
}

/// Reads what comes from the terminal.
#[derive(Debug)]
pub struct Inputs {
    stream: Option<EventStream>,
    late: Late,
}

impl Inputs {
    pub fn new() -> Self {
        Self { stream: Some(EventStream::new()), late: Late::begin() }
    }

    /// Stops reading: a program that gets the terminal would otherwise get half the keys.
    pub fn pause(&mut self) {
        self.stream = None;
    }

    /// Reads again, with nothing left over.
    pub fn resume(&mut self) {
        // A stream waits with its reader locked until it is dropped: a second one beside it would wait for ever.
        self.pause();
        self.stream = Some(EventStream::new());
    }

    /// The next thing done; `None` when the terminal says nothing any more. Never ready while paused.
    pub async fn next(&mut self) -> Option<Input> {
        let Some(stream) = &mut self.stream else { return std::future::pending().await };
        loop {
            if let Some(input) = translate(stream.next().await?.ok()?).filter(|input| !self.late.hides(input)) {
                return Some(input);
            }
        }
    }

    /// What has been done already, without waiting.
    pub async fn ready(&mut self) -> Option<Input> {
        let stream = self.stream.as_mut()?;
        loop {
            // With the task's own waker: the stream keeps the one it is first asked with, and one that wakes nobody
            // would lose every key after it.
            let event = poll_fn(|cx| match stream.poll_next_unpin(cx) {
                Poll::Ready(event) => Poll::Ready(event),
                Poll::Pending => Poll::Ready(None),
            });
            if let Some(input) = translate(event.await?.ok()?).filter(|input| !self.late.hides(input)) {
                return Some(input);
            }
        }
    }
}

impl Default for Inputs {
    fn default() -> Self {
        Self::new()
    }
}

impl Late {
    fn hides(&mut self, input: &Input) -> bool {
        matches!(input, Input::Key(key) if self.swallows(*key))
    }
}

fn translate(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => self::key(key).map(Input::Key),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::FocusGained => Some(Input::Focus(true)),
        Event::FocusLost => Some(Input::Focus(false)),
        Event::Resize(width, height) => Some(Input::Resize(width, height)),
        Event::Mouse(mouse) => {
            let (x, y) = (mouse.column, mouse.row);
            match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => Some(Input::Click { x, y }),
                MouseEventKind::Drag(MouseButton::Left) => Some(Input::Drag { x, y }),
                MouseEventKind::ScrollUp => Some(Input::Wheel { x, y, step: Step::Up }),
                MouseEventKind::ScrollDown => Some(Input::Wheel { x, y, step: Step::Down }),
                _ => None,
            }
        }
        Event::Key(_) => None,
    }
}

/// Shift is part of the character: some terminals report it beside one, others do not.
fn key(event: KeyEvent) -> Option<Key> {
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    let shift = event.modifiers.contains(KeyModifiers::SHIFT);
    let code = match event.code {
        KeyCode::Char(c) if ctrl => Code::Char(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab if shift => Code::BackTab,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(nth @ 1..=12) => Code::F(nth),
        _ => return None,
    };
    // Word by word with either key, as editors do.
    let sideways = matches!(code, Code::Left | Code::Right);
    Some(Key { code, ctrl: ctrl && !sideways, alt: alt || (ctrl && sideways) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shift_and_control_are_folded_into_the_key() {
        for (code, modifiers, expected) in [
            (KeyCode::Char('G'), KeyModifiers::SHIFT, Key::char('G')),
            (KeyCode::Char('C'), KeyModifiers::CONTROL | KeyModifiers::SHIFT, Key::ctrl('c')),
            (KeyCode::Tab, KeyModifiers::SHIFT, Key::plain(Code::BackTab)),
            (KeyCode::Left, KeyModifiers::CONTROL, Key { code: Code::Left, ctrl: false, alt: true }),
        ] {
            assert_eq!(key(KeyEvent::new(code, modifiers)), Some(expected));
        }
        assert_eq!(key(KeyEvent::new(KeyCode::CapsLock, KeyModifiers::NONE)), None);
    }
}
