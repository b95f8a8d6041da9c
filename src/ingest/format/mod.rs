//! One file a log format, all of the same shape: a table of roles and the paths they are found at, a word on how the
//! format is recognised, and a function that mends what is peculiar to it. Copy `ai_usage_logs.rs`, the smallest, add a
//! line to [`FORMATS`] and a folder under `tests/data`. Most logs need none of this: `fields` recognises plain names,
//! and the config can name the rest.
//!
//! Text logs and tables are alike here: a table's columns are paths, and JSON inside a column goes on below its name.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value as Json;

mod agent_logs;
mod ai_usage_logs;
mod anthropic_stream;
mod api_calls;
mod audit_trail;
pub(super) mod claude_code;
mod clawrouter;
mod cline;
mod codex;
mod decisions;
pub mod fields;
mod gemini_cli;
mod goose;
mod helicone;
mod hermes;
mod langfuse;
mod litellm;
mod llm;
mod llm_usage_logs;
mod media;
mod memory;
mod mlflow;
mod open_webui;
mod open_webui_chats;
mod openai_batch;
mod opencode;
mod openrouter;
mod otel;
mod parts;
mod print;
mod qwen_code;
mod responses;
pub mod role;
mod said;
pub mod scan;
mod semantic_router;
pub mod slots;
pub mod stamp;
pub mod standard;
mod token_usage;
pub mod value;

pub use memory::{Memory, kept};
pub use parts::Roster;
pub use print::Print;
pub use role::{Field, Role, Unit};
pub use scan::Plan;
pub use slots::Slots;
pub use standard::Cached;
pub use value::Value;

use crate::model::{Call, Text};

/// What a source looks like, before its format is known.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'s> {
    pub path: &'s Path,
    /// The table's name and columns, if it is one.
    pub table: Option<(&'s str, &'s [String])>,
    /// A few records, each a JSON object.
    pub records: &'s [Json],
}

impl Sample<'_> {
    pub fn file_name(&self) -> &str {
        self.path.file_name().and_then(|name| name.to_str()).unwrap_or("")
    }

    pub fn has_column(&self, name: &str) -> bool {
        self.table.is_some_and(|(_, columns)| columns.iter().any(|column| column == name))
    }

    pub fn is_table(&self, name: &str) -> bool {
        self.table.is_some_and(|(table, _)| table == name)
    }
}

/// How a format reads a record: its fields, and what it makes of their values.
#[derive(Clone)]
pub struct Format {
    pub name: String,
    pub fields: Vec<Field>,
    pub cached: Cached,
    peek: Peek,
    mend: Mend,
    pub order: Order,
    pub unfold: Option<Unfold>,
    /// Its records may have no time of their own; then that of their file is the best there is.
    undated: bool,
    /// Its rows are running totals.
    pub accumulates: bool,
    pub transcribe: Option<Transcribe>,
    /// Whoever uses its tool usually pays for a month, and not by the token.
    subscription: bool,
    /// Those that its sources have, each once.
    mappings: Arc<Mutex<Vec<Mapping>>>,
    /// What has been learnt of the shape of its records.
    pub plan: Arc<Mutex<Plan>>,
}

/// What the fields of a source mean: meaning and column or path.
pub type Mapping = Arc<[(String, String)]>;

/// Whether the records of a file may be read by several threads side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Any,
    /// What earlier lines said matters.
    AsWritten,
}

/// Looks at a record before anything is made of it. `false` is "understood, and not a call", or not understood, where
/// [`Memory::complaint`] says why.
pub type Peek = for<'a> fn(&Slots<'a>, &mut Memory) -> bool;

/// Mends what the standard reading cannot know. `false` is "understood, and not a call".
pub type Mend = for<'a> fn(&Slots<'a>, &mut Call<'a>, &mut Memory) -> bool;

/// Takes a record apart that holds many calls, each to be read by itself.
pub type Unfold = fn(Json, &Path) -> Vec<Json>;

/// What was asked and answered, where the record alone does not say it: from the file, and the records of the call.
pub type Transcribe = fn(&Path, &[Json]) -> (Option<Json>, Option<Json>);

/// By what it reads; how it mends is a matter of its name.
impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.fields == other.fields && self.cached == other.cached
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Format").field("name", &self.name).field("fields", &self.fields).finish_non_exhaustive()
    }
}

impl Format {
    fn new(name: &str, map: &[(Role, &[&str])], cached: Cached, mend: Mend) -> Self {
        let format = Self {
            name: name.to_owned(),
            fields: Vec::new(),
            cached,
            peek: |_, _| true,
            mend,
            order: Order::Any,
            unfold: None,
            undated: false,
            accumulates: false,
            transcribe: None,
            subscription: false,
            mappings: Arc::default(),
            plan: Arc::default(),
        };
        format.reading(role::fields(map))
    }

    /// With these fields.
    fn reading(mut self, fields: Vec<Field>) -> Self {
        self.fields = fields;
        self.plan = Arc::new(Mutex::new(self.new_plan()));
        self
    }

    /// Most of its records are no calls; `peek` tells them apart.
    fn peeking(self, peek: Peek) -> Self {
        Self { peek, ..self }
    }

    /// Its records lean on those before them.
    fn in_order(self) -> Self {
        Self { order: Order::AsWritten, ..self }
    }

    /// Its records hold many calls.
    fn unfolding(self, unfold: Unfold) -> Self {
        Self { unfold: Some(unfold), ..self }
    }

    /// Its records may have no time.
    fn undated(self) -> Self {
        Self { undated: true, ..self }
    }

    /// Its rows are running totals: what they grow by are its calls.
    fn accumulating(self) -> Self {
        Self { accumulates: true, ..self }
    }

    fn transcribing(self, transcribe: Transcribe) -> Self {
        let fields = self.fields.clone();
        Self { transcribe: Some(transcribe), ..self }.reading(fields)
    }

    /// Whether its files are sessions of an agent, which begin and end, and no logs that go on.
    pub fn is_transcript(&self) -> bool {
        self.subscription
    }

    /// Its tool is usually paid by a subscription.
    fn subscribed(self) -> Self {
        Self { subscription: true, ..self }
    }

    /// Reads a call, whatever was in it. `Ok(false)` is a record that is understood and not a call; the error is in
    /// plain words.
    #[inline]
    pub fn call<'a>(&self, slots: &Slots<'a>, call: &mut Call<'a>, memory: &mut Memory) -> Result<bool, String> {
        if !(self.peek)(slots, memory) {
            return memory.complaint.take().map_or(Ok(false), |why| Err(why.to_owned()));
        }
        let modified = if self.undated { memory.modified } else { None };
        standard::call(slots, &self.fields, self.cached, modified, call)?;
        call.subscription = self.subscription || slots.has(Role::Plan);
        call.request = slots.print.finish(self.fields.len(), slots.has(Role::Session));
        // Only the format knows its records that are no calls: it is asked before too little is held against one.
        if !(self.mend)(slots, call, memory) {
            return Ok(false);
        }
        if standard::says_enough(call) { Ok(true) } else { Err("none of model, tokens and cost in it".to_owned()) }
    }

    /// The fields that this sample has, for `sources`: meaning and path.
    pub fn mapping(&self, sample: &Sample<'_>) -> Mapping {
        let unfolded: Vec<Json>;
        let records = match self.unfold {
            Some(unfold) => {
                unfolded = sample.records.iter().flat_map(|record| unfold(record.clone(), sample.path)).collect();
                &unfolded
            }
            None => sample.records,
        };
        let present = |field: &Field| {
            let column = role::keys(&field.path).next().unwrap_or(&field.path);
            sample.has_column(&field.path)
                || records.iter().any(|record| at_path(record, &field.path).is_some_and(|value| !value.is_null()))
                || records.is_empty() && sample.table.is_none()
                || sample.has_column(column) && records.is_empty()
        };
        let mut seen = Vec::new();
        let mut mapping = Vec::new();
        for field in self.fields.iter().filter(|field| present(field)) {
            if !seen.contains(&field.role) {
                seen.push(field.role);
                mapping.push((field.role.word().to_owned(), field.note()));
            }
        }
        let mut made = self.mappings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = made.iter().find(|known| ***known == *mapping) {
            return Arc::clone(known);
        }
        let mapping = Mapping::from(mapping);
        made.push(Arc::clone(&mapping));
        mapping
    }

    /// A role's value in a record that is there in full, JSON in strings unfolded.
    pub fn body(&self, role: Role, record: &Json) -> Option<Json> {
        self.fields.iter().filter(|field| field.role == role).find_map(|field| {
            let value = at_path(record, &field.path).filter(|value| !value.is_null())?;
            Some(unfolded(&value))
        })
    }
}

/// Follows a dotted path, also into JSON that stands inside a string.
pub fn at_path<'j>(record: &'j Json, path: &str) -> Option<Cow<'j, Json>> {
    if let Some(value) = record.get(path) {
        return Some(Cow::Borrowed(value));
    }
    let mut here = Cow::Borrowed(record);
    for key in role::keys(path) {
        here = match here {
            Cow::Borrowed(value) => below(value, key)?,
            Cow::Owned(value) => Cow::Owned(below(&value, key)?.into_owned()),
        };
    }
    Some(here)
}

fn below<'j>(value: &'j Json, key: &str) -> Option<Cow<'j, Json>> {
    match value {
        Json::String(text) if text.starts_with('{') => {
            Some(Cow::Owned(serde_json::from_str::<Json>(text).ok()?.get_mut(key)?.take()))
        }
        Json::Array(items) => items.get(key.parse::<usize>().ok()?).map(Cow::Borrowed),
        value => value.get(key).map(Cow::Borrowed),
    }
}

fn unfolded(value: &Json) -> Json {
    match value {
        Json::String(text) if text.starts_with(['{', '[']) => {
            serde_json::from_str(text).unwrap_or_else(|_| value.clone())
        }
        value => value.clone(),
    }
}

/// A format that fits a source, how well, and why.
#[derive(Debug, Clone)]
pub struct Fit {
    pub format: Arc<Format>,
    /// 0 to 100; the best fit wins.
    pub score: u8,
    pub why: String,
}

/// A format as the list knows it.
#[derive(Debug)]
pub struct Recipe {
    /// As `--format` takes it.
    pub name: &'static str,
    /// What it is, for the README's table.
    pub about: &'static str,
    pub format: fn() -> Format,
    /// How well it fits and why; `None` if it does not.
    pub fits: fn(&Sample<'_>) -> Option<(u8, String)>,
}

impl Recipe {
    /// The format, made once: a home has thousands of logs of one.
    fn shared(&self) -> Arc<Format> {
        static MADE: Mutex<BTreeMap<&str, Arc<Format>>> = Mutex::new(BTreeMap::new());
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(made.entry(self.name).or_insert_with(|| Arc::new((self.format)())))
    }
}

/// Every format with a file of its own. `fields` comes after them all: it is made for each source.
pub static FORMATS: &[Recipe] = &[
    decisions::RECIPE,
    llm_usage_logs::RECIPE,
    api_calls::RECIPE,
    token_usage::RECIPE,
    audit_trail::RECIPE,
    agent_logs::RECIPE,
    ai_usage_logs::RECIPE,
    claude_code::RECIPE,
    codex::RECIPE,
    gemini_cli::RECIPE,
    qwen_code::RECIPE,
    opencode::RECIPE,
    goose::RECIPE,
    hermes::RECIPE,
    cline::RECIPE,
    otel::RECIPE,
    litellm::RECIPE,
    llm::RECIPE,
    open_webui::RECIPE,
    open_webui_chats::RECIPE,
    mlflow::RECIPE,
    langfuse::RECIPE,
    helicone::RECIPE,
    openrouter::RECIPE,
    openai_batch::RECIPE,
    clawrouter::RECIPE,
    semantic_router::RECIPE,
    responses::RECIPE,
    anthropic_stream::RECIPE,
];

/// The format that fits best; `None` if none does. `forced` names one that the user insists on.
pub fn detect(sample: &Sample<'_>, own: &[fields::OwnFormat], forced: Option<&str>) -> Option<Fit> {
    if let Some(name) = forced {
        return named(name, sample, own);
    }
    let of_the_user = own.iter().filter_map(|own| own.fit(sample));
    let built_in = FORMATS.iter().filter_map(|recipe| {
        let (score, why) = (recipe.fits)(sample)?;
        Some(Fit { format: recipe.shared(), score, why })
    });
    let better = |best: Fit, fit: Fit| if fit.score > best.score { fit } else { best };
    let known = of_the_user.chain(built_in).reduce(better);
    if known.as_ref().is_some_and(|fit| fit.score >= fields::BEST) {
        return known;
    }
    known.into_iter().chain(fields::guess(sample)).reduce(better)
}

fn named(name: &str, sample: &Sample<'_>, own: &[fields::OwnFormat]) -> Option<Fit> {
    let why = format!("--format {name}");
    if let Some(own) = own.iter().find(|own| own.name == name) {
        return Some(Fit { format: Arc::new(own.format()), score: 100, why });
    }
    if name == fields::NAME {
        return fields::guess(sample).map(|fit| Fit { why: format!("{why}; {}", fit.why), ..fit });
    }
    let recipe = FORMATS.iter().find(|recipe| recipe.name == name)?;
    Some(Fit { format: recipe.shared(), score: 100, why })
}

/// The names that `--format` takes.
pub fn names(own: &[fields::OwnFormat]) -> Vec<String> {
    let built_in = FORMATS.iter().map(|recipe| recipe.name.to_owned());
    built_in.chain([fields::NAME.to_owned()]).chain(own.iter().map(|own| own.name.clone())).collect()
}

/// For tables of the seeds: the table's name, and columns that must be there.
fn fits_table(sample: &Sample<'_>, table: &str, columns: &[&str]) -> Option<(u8, String)> {
    let fits = sample.is_table(table) && columns.iter().all(|column| sample.has_column(column));
    fits.then(|| (90, format!("a table named {table} with the columns {}", columns.join(", "))))
}

/// Whether a record of the sample has a value at each of these paths.
fn any_has(sample: &Sample<'_>, paths: &[&str]) -> bool {
    let has = |record: &Json, path: &str| at_path(record, path).is_some_and(|value| !value.is_null());
    sample.records.iter().any(|record| paths.iter().all(|path| has(record, path)))
}

/// Whether a slot holds this very word.
fn is(slots: &Slots<'_>, role: Role, word: &str) -> bool {
    matches!(slots.get(role), Value::Text(text) if text.as_bytes() == word.as_bytes())
}

/// The provider in lower case, as most logs write it: `OPENAI` and `openai` are one.
fn lower_provider<'a>(_: &Slots<'a>, call: &mut Call<'a>, _: &mut Memory) -> bool {
    call.provider = call.provider.take().map(|name| Text::from(name.to_str().to_ascii_lowercase()));
    true
}

/// As it stands.
fn as_is<'a>(_: &Slots<'a>, _: &mut Call<'a>, _: &mut Memory) -> bool {
    true
}

/// A call that some table witnesses by its execution.
fn witness<'a>(slots: &Slots<'a>, call: &mut Call<'a>, rank: u8) {
    if let Some(execution) = slots.get(Role::Execution).text() {
        call.relation = crate::model::Relation::Witness { execution, rank };
    }
}
