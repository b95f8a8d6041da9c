//! What a field of a record means to callscope, and where formats find it.

/// The meaning of a field. A format maps its own paths to these; one scanner fills them in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Role {
    Id,
    Time,
    Model,
    ModelName,
    Requested,
    Provider,
    Route,
    Confidence,
    Override,
    Input,
    CacheRead,
    CacheWrite,
    CacheWrite1h,
    Output,
    Reasoning,
    Total,
    Cost,
    InputCost,
    OutputCost,
    Took,
    Ended,
    FirstToken,
    Processing,
    Success,
    Status,
    CacheHit,
    ErrorType,
    ErrorMessage,
    User,
    Session,
    Project,
    Agent,
    UseCase,
    Endpoint,
    PromptLength,
    Patterns,
    Preview,
    Execution,
    Request,
    Response,
    /// What kind of record it is: most logs of agents hold more than calls.
    Kind,
    /// What kind it is within that.
    Subkind,
    /// A second part of the record's identity, such as the request's id beside the message's.
    SecondId,
    /// Whether it stands in a side chain, which tells again what the main chain told.
    Side,
    /// The service tier or speed it was billed at.
    Tier,
    /// Token counts of the session so far.
    Running,
    /// The turn of the conversation it belongs to.
    Turn,
    /// The session that this one was forked from.
    Parent,
    /// Which hardware answered: `standard` or `fast`.
    Speed,
    /// Whether it is the message of an error rather than an answer.
    Failed,
    /// Prompt tokens of tools, counted beside the others.
    ToolInput,
    /// When the first token came.
    FirstTokenAt,
    /// Only the logs of a tool that is paid by the month have it.
    Plan,
    /// Searches of the web that the provider made, and bills.
    WebSearches,
    /// What the call would have cost with the model that a router compares with.
    Baseline,
    /// What its costs are in, where that is said.
    Currency,
    /// Which one it is in its own log, where that counts its lines.
    Number,
    /// Sound and pictures among the tokens: numbers, or Gemini's list of how many are of which modality.
    AudioInput,
    ImageInput,
    CachedAudio,
    CachedImage,
    AudioOutput,
    ImageOutput,
    /// Whether its tokens were paid with a key of the user's own, and its cost is the router's fee.
    OwnKey,
}

impl Role {
    pub const COUNT: usize = 64;

    pub const ALL: [Self; Self::COUNT] = [
        Self::Id,
        Self::Time,
        Self::Model,
        Self::ModelName,
        Self::Requested,
        Self::Provider,
        Self::Route,
        Self::Confidence,
        Self::Override,
        Self::Input,
        Self::CacheRead,
        Self::CacheWrite,
        Self::CacheWrite1h,
        Self::Output,
        Self::Reasoning,
        Self::Total,
        Self::Cost,
        Self::InputCost,
        Self::OutputCost,
        Self::Took,
        Self::Ended,
        Self::FirstToken,
        Self::Processing,
        Self::Success,
        Self::Status,
        Self::CacheHit,
        Self::ErrorType,
        Self::ErrorMessage,
        Self::User,
        Self::Session,
        Self::Project,
        Self::Agent,
        Self::UseCase,
        Self::Endpoint,
        Self::PromptLength,
        Self::Patterns,
        Self::Preview,
        Self::Execution,
        Self::Request,
        Self::Response,
        Self::Kind,
        Self::Subkind,
        Self::SecondId,
        Self::Side,
        Self::Tier,
        Self::Running,
        Self::Turn,
        Self::Parent,
        Self::Speed,
        Self::Failed,
        Self::ToolInput,
        Self::FirstTokenAt,
        Self::Plan,
        Self::WebSearches,
        Self::Baseline,
        Self::Currency,
        Self::Number,
        Self::AudioInput,
        Self::ImageInput,
        Self::CachedAudio,
        Self::CachedImage,
        Self::AudioOutput,
        Self::ImageOutput,
        Self::OwnKey,
    ];

    /// The name in `sources --json` and in a `[formats.…]` table of the config.
    pub fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Time => "time",
            Self::Model => "model",
            Self::ModelName => "model_name",
            Self::Requested => "requested",
            Self::Provider => "provider",
            Self::Route => "route",
            Self::Confidence => "confidence",
            Self::Override => "override",
            Self::Input => "input",
            Self::CacheRead => "cache_read",
            Self::CacheWrite => "cache_write",
            Self::CacheWrite1h => "cache_write_1h",
            Self::Output => "output",
            Self::Reasoning => "reasoning",
            Self::Total => "total",
            Self::Cost => "cost",
            Self::InputCost => "input_cost",
            Self::OutputCost => "output_cost",
            Self::Took => "latency",
            Self::Ended => "ended",
            Self::FirstToken => "first_token",
            Self::Processing => "processing",
            Self::Success => "success",
            Self::Status => "status",
            Self::CacheHit => "cache_hit",
            Self::ErrorType => "error_type",
            Self::ErrorMessage => "error_message",
            Self::User => "user",
            Self::Session => "session",
            Self::Project => "project",
            Self::Agent => "agent",
            Self::UseCase => "use_case",
            Self::Endpoint => "endpoint",
            Self::PromptLength => "prompt_length",
            Self::Patterns => "patterns",
            Self::Preview => "preview",
            Self::Execution => "execution",
            Self::Request => "request",
            Self::Response => "response",
            Self::Kind => "kind",
            Self::Subkind => "subkind",
            Self::SecondId => "second_id",
            Self::Side => "side",
            Self::Tier => "tier",
            Self::Running => "running",
            Self::Turn => "turn",
            Self::Parent => "parent",
            Self::Speed => "speed",
            Self::Failed => "failed",
            Self::ToolInput => "tool_input",
            Self::FirstTokenAt => "first_token_at",
            Self::Plan => "plan",
            Self::WebSearches => "web_searches",
            Self::Baseline => "baseline_cost",
            Self::Currency => "currency",
            Self::Number => "number",
            Self::AudioInput => "audio_input",
            Self::ImageInput => "image_input",
            Self::CachedAudio => "cached_audio",
            Self::CachedImage => "cached_image",
            Self::AudioOutput => "audio_output",
            Self::ImageOutput => "image_output",
            Self::OwnKey => "own_key",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Whether the field is a body: never read into the store, only on drill-down.
    pub fn is_body(self) -> bool {
        matches!(self, Self::Request | Self::Response)
    }
}

/// How a number in a field is scaled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unit {
    /// As it stands; for durations: milliseconds.
    #[default]
    Plain,
    Seconds,
    Micros,
    Nanos,
    /// 0 to 100.
    Percent,
}

impl Unit {
    /// What the unit adds to a mapping that is shown to people.
    pub fn note(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Seconds => " (seconds)",
            Self::Micros => " (microseconds)",
            Self::Nanos => " (nanoseconds)",
            Self::Percent => " (percent)",
        }
    }
}

/// What a duration's path is followed by that is in milliseconds, whatever its name says.
const MILLIS: &str = " (milliseconds)";

/// One place where a format finds a meaning. Earlier fields of the same role outrank later ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub role: Role,
    /// Keys from the record's root, joined by dots: `usage.input_tokens`; a key with dots in it stands in quotes:
    /// `attributes."gen_ai.system"`. For a table the first is the column.
    pub path: String,
    pub unit: Unit,
}

impl Field {
    pub fn new(role: Role, path: &str) -> Self {
        Self { role, path: path.to_owned(), unit: unit_by_name(role, path) }
    }

    /// From a path with its unit behind it, as mappings are shown: `latency (seconds)`.
    pub fn noted(role: Role, text: &str) -> Self {
        let units = [Unit::Seconds, Unit::Micros, Unit::Nanos, Unit::Percent];
        let mut notes = units.into_iter().map(|unit| (unit.note(), unit)).chain([(MILLIS, Unit::Plain)]);
        let noted = notes.find_map(|(note, unit)| Some((text.strip_suffix(note)?, unit)));
        noted.map_or_else(|| Self::new(role, text), |(path, unit)| Self { role, path: path.to_owned(), unit })
    }

    /// The path, and the unit where its name does not say it.
    pub fn note(&self) -> String {
        let is_as_named = self.unit == unit_by_name(self.role, &self.path);
        let unit = if self.unit == Unit::Plain && !is_as_named { MILLIS } else { self.unit.note() };
        format!("{}{unit}", self.path)
    }
}

/// The keys of a path, from the root.
pub fn keys(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let here = rest?;
        let quoted = here.strip_prefix('"').and_then(|inner| inner.split_once('"'));
        let (key, after) = match quoted {
            Some((key, after)) => (key, after.strip_prefix('.')),
            None => here.split_once('.').map_or((here, None), |(key, after)| (key, Some(after))),
        };
        rest = after;
        Some(key)
    })
}

/// A table of roles and their paths, most trusted first, as fields.
pub fn fields(map: &[(Role, &[&str])]) -> Vec<Field> {
    map.iter().flat_map(|(role, paths)| paths.iter().map(|path| Field::new(*role, path))).collect()
}

/// Durations say their unit in their name, or are milliseconds.
pub fn unit_by_name(role: Role, path: &str) -> Unit {
    if !matches!(role, Role::Took | Role::FirstToken | Role::Processing) {
        return Unit::Plain;
    }
    let name = keys(path).last().unwrap_or(path).to_ascii_lowercase();
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| name.ends_with(suffix));
    if ends(&["_seconds", "_secs", "_sec", "_s", "seconds", "response_time", "time_to_first_chunk"]) {
        Unit::Seconds
    } else if ends(&["_us", "_micros", "_microseconds"]) {
        Unit::Micros
    } else if ends(&["_ns", "_nanos", "_nanoseconds"]) || ["total_duration", "eval_duration"].contains(&name.as_str()) {
        // Ollama's durations
        Unit::Nanos
    } else {
        Unit::Plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_its_own_word_and_place() {
        for (index, role) in Role::ALL.into_iter().enumerate() {
            assert_eq!(role as usize, index);
            assert_eq!(Role::parse(role.word()), Some(role));
        }
    }

    #[test]
    fn a_unit_behind_a_path_is_read_as_it_is_shown() {
        for unit in [Unit::Plain, Unit::Seconds, Unit::Micros, Unit::Nanos] {
            for path in ["latency", "took_seconds", "a.response_time"] {
                let field = Field { role: Role::Took, path: path.to_owned(), unit };
                assert_eq!(Field::noted(Role::Took, &field.note()), field);
            }
        }
    }

    #[test]
    fn a_key_with_dots_stands_in_quotes() {
        for (path, expected) in [
            ("model", &["model"] as &[&str]),
            ("usage.input_tokens", &["usage", "input_tokens"]),
            ("attributes.\"gen_ai.system\"", &["attributes", "gen_ai.system"]),
            ("\"a.b\".c.\"d.e\"", &["a.b", "c", "d.e"]),
            ("a.\"open", &["a", "\"open"]),
        ] {
            assert_eq!(keys(path).collect::<Vec<_>>(), expected, "{path}");
        }
    }

    #[test]
    fn durations_say_their_unit_in_their_name() {
        for (path, unit) in [
            ("duration_seconds", Unit::Seconds),
            ("latency_ms", Unit::Plain),
            ("response_time_ms", Unit::Plain),
            ("response_time", Unit::Seconds),
            ("timing.total_ns", Unit::Nanos),
            ("latencyMs", Unit::Plain),
        ] {
            assert_eq!(unit_by_name(Role::Took, path), unit, "{path}");
        }
        assert_eq!(unit_by_name(Role::Input, "tokens_s"), Unit::Plain);
    }
}
