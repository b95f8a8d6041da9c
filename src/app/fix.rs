//! What would settle a finding, as a line of the configuration: shown, and written only when it is asked for twice.

use std::collections::HashMap;

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

/// What may be meant by models that no catalogue knows: it takes a moment to find out.
pub type Aliases = HashMap<String, Option<String>>;

impl App {
    /// The model that one without a price may mean, as far as it was asked for.
    pub fn alias(&self, model: &str) -> Option<&str> {
        self.aliases.get(model)?.as_deref()
    }

    /// The model without a price that the cursor stands on.
    fn nameless(&self) -> Option<&str> {
        if let Some(stands) = self.current_alert() {
            let models = stands.finding.data.get("models").filter(|_| stands.finding.rule == "unpriced-models")?;
            return models.get(0)?.as_str();
        }
        match self.current_finding()?.about {
            Subject::Unknown { model } => Some(self.store.label(model)),
            _ => None,
        }
    }

    /// Asks what the model under the cursor may mean, once.
    pub(super) fn ask_alias(&mut self) {
        if let Some(model) = self.nameless().filter(|model| !self.aliases.contains_key(*model)).map(str::to_owned) {
            let meant = self.pricer.nearest(&model);
            self.aliases.insert(model, meant);
        }
    }

    /// What would settle what the cursor stands on.
    pub fn fix(&self) -> Option<Fix> {
        let model = self.nameless()?;
        Some(Fix::like(model, self.alias(model)?))
    }

    /// Says what would be written, and writes it when it is asked for again while that is read.
    pub(super) fn apply_fix(&mut self) {
        let Some(fix) = self.fix() else { return };
        let now = self.now;
        if self.offered.take_if(|(offered, until)| *offered == fix && now < *until).is_some() {
            return self.outbox.push(Effect::Amend(fix));
        }
        self.say(ToastKind::Done, format!("A again adds to [{}]: {}", fix.section, fix.line));
        self.offered = self.toast.as_ref().map(|toast| (fix, toast.ends()));
    }

    /// Takes other prices, and prices every call anew.
    pub fn priced_by(&mut self, pricer: Box<dyn Pricer + Send>) {
        self.pricer = pricer;
        self.reprice();
        self.aliases.clear();
        self.forget_causes();
    }
}
