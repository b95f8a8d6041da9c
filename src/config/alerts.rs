//! `[alerts]`: who is told of a new finding besides the screen.

use serde::Deserialize;

use crate::price::Mistake;
use crate::rules::Severity;

/// See the module. All of it is off unless it is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alerts {
    /// Rings the terminal's bell for what is high.
    pub bell: Option<bool>,
    /// Lets the terminal show what is high, where that can be (OSC 9), while one looks at another window.
    pub notify: Option<bool>,
    low: Option<Ways>,
    medium: Option<Ways>,
    high: Option<Ways>,
}

/// `[alerts.high]`: what is done with a new finding of that severity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ways {
    /// A program and its arguments, run without a shell; the finding comes to it as JSON on standard input.
    #[serde(default)]
    pub command: Vec<String>,
    /// An address that the finding is posted to as JSON.
    pub webhook: Option<String>,
}

impl Alerts {
    pub fn of(&self, severity: Severity) -> Option<&Ways> {
        match severity {
            Severity::Low => self.low.as_ref(),
            Severity::Medium => self.medium.as_ref(),
            Severity::High => self.high.as_ref(),
        }
    }

    /// What goes beyond the types of the values.
    pub(super) fn check(&self) -> Result<(), Mistake> {
        for severity in Severity::ALL {
            let Some(ways) = self.of(severity) else { continue };
            let word = severity.word();
            let wrong = |key: &str, why: &str| Mistake {
                path: ["alerts", word, key].map(str::to_owned).into(),
                why: format!("[alerts.{word}] {key}: {why}"),
            };
            if ways.command.first().is_some_and(String::is_empty) {
                return Err(wrong(
                    "command",
                    "expected a program and its arguments, as in [\"notify-send\", \"callscope\"]",
                ));
            }
            let is_address = |text: &String| text.starts_with("https://") || text.starts_with("http://");
            if ways.webhook.as_ref().is_some_and(|text| !is_address(text)) {
                return Err(wrong("webhook", "expected an address that begins with https:// or http://"));
            }
        }
        Ok(())
    }

    /// Takes out what runs or sends anything, and says which severities had it: a cloned repository must not.
    pub(super) fn disarm(&mut self) -> Vec<&'static str> {
        let had =
            Severity::ALL.into_iter().filter(|severity| self.of(*severity).is_some()).map(Severity::word).collect();
        (self.low, self.medium, self.high) = (None, None, None);
        had
    }

    /// This file's settings, and below them another's.
    pub(super) fn over(self, below: Self) -> Self {
        Self {
            bell: self.bell.or(below.bell),
            notify: self.notify.or(below.notify),
            low: self.low.or(below.low),
            medium: self.medium.or(below.medium),
            high: self.high.or(below.high),
        }
    }
}
