//! What would settle a finding, as a line of the configuration: shown, and written only when it is asked for twice.

use serde_json::Value as Json;

use super::{App, Effect, ToastKind};
use crate::figures::audit::Subject;
use crate::model::clean;
use crate::store::Pricer;

/// A line for the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The section it stands in.
    pub section: &'static str,
    pub line: String,
}

impl Fix {
    /// A model is priced like another.
    fn like(model: &str, other: &str) -> Self {
        Self { section: "prices", line: format!("{} = {{ like = {} }}", clean::toml(model), clean::toml(other)) }
    }
}

impl App {
    /// What would settle what the cursor stands on.
    pub fn fix(&self) -> Option<Fix> {
        if let Some(stands) = self.current_alert() {
            let models = stands.finding.data.get("models").filter(|_| stands.finding.rule == "unpriced-models")?;
            let mut named = models.as_array()?.iter().filter_map(Json::as_str);
            return named.find_map(|model| Some(Fix::like(model, &self.pricer.nearest(model)?)));
        }
        match self.current_finding()?.about {
            Subject::Unknown { model } => Some(Fix::like(self.store.label(model), self.alias(model)?)),
            _ => None,
        }
    }

    /// Says what would be written, and writes it when it is asked for again while that is read.
    pub(super) fn apply_fix(&mut self) {
        let Some(fix) = self.fix() else { return };
        let is_asked = self.toast.as_ref().is_some_and(|toast| toast.ends() > self.now);
        if self.offered.take_if(|offered| is_asked && *offered == fix).is_some() {
            return self.outbox.push(Effect::Amend(fix));
        }
        self.say(ToastKind::Done, format!("A again adds to [{}]: {}", fix.section, fix.line));
        self.offered = Some(fix);
    }

    /// Takes other prices, and prices every call anew.
    pub fn priced_by(&mut self, pricer: Box<dyn Pricer + Send>) {
        self.pricer = pricer;
        self.reprice();
        self.forget_aliases();
    }
}
