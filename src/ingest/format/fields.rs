//! The general format: any log or table whose fields can be recognised by their names, or are named in the config.
//!
//! Names come from the logs and schemas of the field (LiteLLM, `OpenRouter`, Helicone, Rails and Python apps …); a name
//! counts only if the values under it look the part.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value as Json;

use self::paths::paths;
use super::role::{self, Field, Role, Unit, unit_by_name};
use super::{Cached, Fit, Format, Sample, as_is, stamp};
use crate::model::Usd;

mod paths;

pub const NAME: &str = "fields";

/// What it is, for the README's table.
pub const ABOUT: &str = "any other JSONL log or SQLite table whose fields can be recognised: a time, a model, and tokens, a cost, a duration or a confidence";

/// How well it fits at best: any format that knows a log outranks it.
pub const BEST: u8 = 20;

/// Last keys of a path by role, most telling first, in lower case and without `_` and `-`; the last two where one says
/// too little.
const SYNONYMS: &[(Role, &[&str])] = &[
    (
        Role::Time,
        &[
            "timestamp",
            "createdat",
            "datetimeutc",
            "starttime",
            "startedat",
            "ts",
            "time",
            "@timestamp",
            "datetime",
            "requestcreatedat",
            "created",
            "loggedat",
            "date",
        ],
    ),
    (
        Role::Model,
        &["model", "modelname", "modelused", "modelid", "servedmodel", "responsemodel", "requestmodel", "llmmodel"],
    ),
    (Role::Requested, &["requestedmodel", "modelrequested", "askedmodel"]),
    (Role::Provider, &["provider", "customllmprovider", "providername", "providerid", "vendor", "llmprovider"]),
    (Role::Route, &["route", "routename", "tier", "routingtier", "decision", "selectedroute"]),
    (Role::Confidence, &["confidence", "confidencescore", "classifierconfidence", "routerconfidence", "score"]),
    (Role::Override, &["override", "overridden", "isoverride", "manualoverride", "fallbackused", "modeloverride"]),
    (
        Role::Input,
        &[
            "inputtokens",
            "prompttokens",
            "tokensin",
            "prompttokencount",
            "tokensprompt",
            "promptevalcount",
            "intokens",
            "input",
        ],
    ),
    (
        Role::CacheRead,
        &[
            "cachereadinputtokens",
            "cachereadtokens",
            "cachedtokens",
            "cachedinputtokens",
            "cachereads",
            "cacheread",
            "cachedcontenttokencount",
            "promptcachereadtokens",
            "cached",
        ],
    ),
    (
        Role::CacheWrite,
        &[
            "ephemeral5minputtokens",
            "cachecreationinputtokens",
            "cachewritetokens",
            "cachewriteinputtokens",
            "cachewrites",
            "cachewrite",
            "promptcachewritetokens",
        ],
    ),
    (Role::CacheWrite1h, &["ephemeral1hinputtokens", "cachewrite1htokens", "cachecreation1htokens"]),
    (
        Role::Output,
        &[
            "outputtokens",
            "completiontokens",
            "tokensout",
            "candidatestokencount",
            "tokenscompletion",
            "evalcount",
            "outtokens",
            "output",
        ],
    ),
    (Role::Reasoning, &["reasoningtokens", "reasoningoutputtokens", "thinkingtokens", "thoughtstokencount"]),
    (
        Role::AudioInput,
        &[
            "prompttokensdetails.audiotokens",
            "inputtokensdetails.audiotokens",
            "inputaudiotokens",
            "prompttokensdetails",
        ],
    ),
    (Role::ImageInput, &["prompttokensdetails.imagetokens", "inputtokensdetails.imagetokens", "inputimagetokens"]),
    (Role::CachedAudio, &["cachedtokensdetails.audiotokens", "cacheaudioreadtokens", "cachetokensdetails"]),
    (
        Role::AudioOutput,
        &[
            "completiontokensdetails.audiotokens",
            "outputtokensdetails.audiotokens",
            "outputaudiotokens",
            "candidatestokensdetails",
        ],
    ),
    (
        Role::ImageOutput,
        &["completiontokensdetails.imagetokens", "outputtokensdetails.imagetokens", "outputimagetokens"],
    ),
    (Role::OwnKey, &["isbyok"]),
    (Role::Total, &["totaltokens", "tokensused", "totaltokencount", "tokens", "tokencount"]),
    (Role::WebSearches, &["websearchrequests", "websearches", "websearchcount", "numsearchqueries"]),
    (Role::Cost, &["costusd", "totalcostusd", "totalcost", "cost", "spend", "responsecost", "usdcost", "priceusd"]),
    (Role::Baseline, &["baselinecost", "baselinecostusd", "baselineusd"]),
    (Role::Currency, &["currency", "costcurrency", "currencycode"]),
    (Role::Tier, &["servicetier", "pricingtier", "billingtier"]),
    (Role::InputCost, &["inputcost", "promptcost"]),
    (Role::OutputCost, &["outputcost", "completioncost"]),
    (
        Role::Took,
        &[
            "latencyms",
            "durationms",
            "responsetimems",
            "delayms",
            "elapsedms",
            "tookms",
            "requestdurationms",
            "latency",
            "durationseconds",
            "responsetime",
            "duration",
            "elapsed",
            "latencyseconds",
            "totaltimems",
            "executiontimems",
        ],
    ),
    (Role::Ended, &["endtime", "endedat", "completedat", "finishedat"]),
    (Role::FirstToken, &["firsttokenms", "ttftms", "timetofirsttoken", "timetofirsttokenms", "ttft"]),
    (Role::Processing, &["processingtimems", "routinglatencyms", "processingms"]),
    (Role::Success, &["success", "ok", "succeeded", "issuccess"]),
    (Role::Status, &["status", "statuscode", "responsestatus", "state"]),
    (Role::CacheHit, &["cachehit", "cachedresponse", "fromcache", "cached"]),
    (Role::ErrorType, &["errortype", "errorcode", "errorclass"]),
    (Role::ErrorMessage, &["errormessage", "errorstr", "error", "exception"]),
    (Role::User, &["userid", "user", "enduser", "username", "externaluser"]),
    (Role::Session, &["sessionid", "conversationid", "threadid", "chatid", "executionid", "traceid"]),
    (Role::Project, &["projectid", "project", "projectname", "app", "appname"]),
    (Role::Agent, &["agentid", "agenttype", "agent", "agentname", "servicename", "component"]),
    (Role::UseCase, &["usecase", "feature", "task", "tasktype", "category"]),
    (Role::Endpoint, &["endpoint", "path", "url", "calltype", "requestpath"]),
    (Role::Id, &["callid", "requestid", "generationid", "responseid", "id", "uuid"]),
    (Role::Number, &["id"]),
    (Role::PromptLength, &["promptlength", "promptchars"]),
    (Role::Patterns, &["matchedpatterns"]),
    (Role::Preview, &["responsepreview", "preview"]),
    (Role::Request, &["messages", "request", "requestparams", "requestbody", "requestpayload", "prompt", "input"]),
    (
        Role::Response,
        &["response", "responsedata", "responsebody", "completion", "choices", "output", "answer", "content"],
    ),
];

/// How deep a path may be.
const DEPTH: usize = 5;

/// A mapping that the user's config names: `[formats.acme]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnFormat {
    pub name: String,
    /// A field that marks a record of this format.
    pub marks: Option<String>,
    /// Only this table.
    pub table: Option<String>,
    /// Only files with this name, with the folders before it if there are any; `*` stands for any letters.
    pub file: Option<String>,
    pub fields: Vec<Field>,
    pub cached: Cached,
}

impl OwnFormat {
    pub fn format(&self) -> Format {
        Format::new(&self.name, &[], self.cached, as_is).reading(self.fields.clone())
    }

    pub(super) fn fit(&self, sample: &Sample<'_>) -> Option<Fit> {
        let table_fits = self.table.as_ref().is_none_or(|table| sample.is_table(table));
        let file_fits = self.file.as_ref().is_none_or(|file| is_called(sample.path, file));
        let wanted = match (&self.marks, &self.table, &self.file) {
            (Some(mark), _, _) => vec![mark.as_str()],
            (None, None, None) => self.required(),
            (None, _, _) => Vec::new(),
        };
        let has = |path: &str| {
            sample.has_column(path) || sample.records.iter().any(|record| super::at_path(record, path).is_some())
        };
        (table_fits && file_fits && wanted.iter().all(|path| has(path))).then(|| Fit {
            format: Arc::new(self.format()),
            score: 99,
            why: match &self.marks {
                Some(mark) => format!("[formats.{}] in the config: it has the field {mark}", self.name),
                None => format!("[formats.{}] in the config", self.name),
            },
        })
    }

    fn required(&self) -> Vec<&str> {
        let needed = |field: &&Field| matches!(field.role, Role::Time | Role::Model);
        self.fields.iter().filter(needed).map(|field| field.path.as_str()).collect()
    }
}

/// Whether a path ends in this name, part by part.
fn is_called(path: &Path, name: &str) -> bool {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut parts = path.components().rev().map(|part| part.as_os_str().to_string_lossy());
    name.split('/').rev().all(|name| parts.next().is_some_and(|part| is_like(part.as_bytes(), name.as_bytes())))
}

/// `*` stands for any letters.
fn is_like(text: &[u8], pattern: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|at| is_like(&text[at..], rest)),
        Some((first, rest)) => text.split_first().is_some_and(|(c, text)| c == first && is_like(text, rest)),
    }
}

/// Guesses the meaning of a source's fields. `None` unless there is a time, and a model with tokens, a cost, a
/// duration or a confidence beside it: a log that only mentions a model is no log of calls.
pub fn guess(sample: &Sample<'_>) -> Option<Fit> {
    let paths = paths(sample);
    let mut fields: Vec<Field> = Vec::new();
    for (role, names) in SYNONYMS {
        let mut found: Vec<(usize, usize, &Seen)> = paths
            .iter()
            .filter_map(|seen| Some((names.iter().position(|name| seen.is_called(name))?, seen.depth, seen)))
            .filter(|(_, _, seen)| seen.suits(*role))
            .collect();
        found.sort_by_key(|(rank, depth, seen)| (*rank, *depth, seen.order));
        fields.extend(found.into_iter().map(|(_, _, seen)| Field {
            role: *role,
            path: seen.path.clone(),
            unit: seen.unit(*role),
        }));
    }
    if sample.table.is_some() {
        // A row has its key.
        fields.retain(|field| field.role != Role::Number);
    }
    // The first records may all have succeeded: what an error is made of is seen later.
    let errors: Vec<String> =
        fields.iter().filter(|field| field.role == Role::ErrorMessage).map(|field| field.path.clone()).collect();
    for path in errors {
        for (role, key) in [(Role::ErrorType, "type"), (Role::ErrorType, "code"), (Role::ErrorMessage, "message")] {
            let inner = Field { role, path: format!("{path}.{key}"), unit: Unit::Plain };
            if !fields.iter().any(|field| field.path == inner.path) {
                // Before the whole of it.
                let at = fields.iter().position(|field| field.role == Role::ErrorMessage).unwrap_or(fields.len());
                fields.insert(at, inner);
            }
        }
    }
    // What is no neighbour of the cost is the currency of something else: an answer may be about an invoice.
    let folder = |field: &Field| field.path.rfind('.').map(|at| field.path[..at].to_owned());
    let of_costs: Vec<_> = fields.iter().filter(|field| field.role == Role::Cost).map(folder).collect();
    fields.retain(|field| field.role != Role::Currency || of_costs.contains(&folder(field)));
    let has = |role: Role| fields.iter().any(|field| field.role == role);
    let weighty = [Role::Input, Role::Output, Role::Total, Role::Cost, Role::Took, Role::Confidence];
    if !has(Role::Time) || !has(Role::Model) || !weighty.into_iter().any(has) {
        return None;
    }
    let first = |role: Role| fields.iter().find(|field| field.role == role).map(|field| field.path.clone());
    let named: Vec<String> = [Role::Time, Role::Model].into_iter().chain(weighty).filter_map(first).collect();
    let format = Format::new(NAME, &[], Cached::ByRecord, as_is).reading(fields);
    Some(Fit { format: Arc::new(format), score: BEST, why: format!("the names of its fields: {}", named.join(", ")) })
}

/// A path of the sample, and the values under it.
#[derive(Debug)]
struct Seen {
    path: String,
    /// The path's last key as [`SYNONYMS`] has them, and the last two.
    last: String,
    lasts: String,
    depth: usize,
    order: usize,
    values: Vec<Json>,
}

impl Seen {
    fn is_called(&self, name: &str) -> bool {
        self.last == name || self.lasts == name
    }

    fn known(&self) -> impl Iterator<Item = &Json> {
        self.values.iter().filter(|value| !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty()))
    }

    /// Whether most of the values can be what the role says. No value at all is no objection.
    fn suits(&self, role: Role) -> bool {
        let share = |fits: &dyn Fn(&Json) -> bool| {
            let (all, good) =
                self.known().fold((0, 0), |(all, good), value| (all + 1, good + usize::from(fits(value))));
            all == 0 || good * 5 >= all * 4
        };
        let number = |value: &Json| match value {
            Json::Number(_) => true,
            Json::String(text) => text.trim().parse::<f64>().is_ok(),
            _ => false,
        };
        let between = |value: &Json, low: f64, high: f64| {
            let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
            number.is_some_and(|number| (low..=high).contains(&number))
        };
        let scalar = |value: &Json| !value.is_object() && !value.is_array();
        match role {
            Role::Time | Role::Ended => share(&is_time) && self.known().next().is_some(),
            Role::Model | Role::Requested => share(&|value| value.as_str().is_some_and(|text| text.len() < 200)),
            Role::CacheRead => share(&number) && (self.last != "cached" || self.is_count()),
            Role::Input
            | Role::CacheWrite
            | Role::CacheWrite1h
            | Role::Output
            | Role::Reasoning
            | Role::Total
            | Role::WebSearches
            | Role::Took
            | Role::FirstToken
            | Role::Processing
            | Role::PromptLength => share(&number),
            Role::Cost | Role::Baseline | Role::InputCost | Role::OutputCost => {
                // One amount is enough: what else stands there is said, call by call.
                let amount = |value: &Json| value.as_str().is_some_and(|text| Usd::from_text(text).is_some());
                self.known().next().is_none() || self.known().any(|value| number(value) || amount(value))
            }
            Role::Currency => share(&|value| value.as_str().is_some_and(|text| text.len() <= 4)),
            Role::Confidence => share(&|value| between(value, 0.0, 100.0)),
            Role::Success => share(&|value| as_value(value).truth().is_some()),
            Role::CacheHit => share(&|value| as_value(value).truth().is_some()) && !self.is_count(),
            // A whole object of an error is a message; an integer id is the address of a row, not the call's own.
            Role::ErrorMessage | Role::Patterns => true,
            // A number called `input` is a count of tokens.
            Role::Request | Role::Response => share(&|value| !value.is_number()),
            Role::Number => self.depth == 0 && self.known().all(Json::is_i64) && self.known().next().is_some(),
            Role::Id => share(&|value| value.is_string() || self.last != "id" && value.is_number()),
            // Gemini's lists of modalities.
            Role::AudioInput | Role::CachedAudio | Role::AudioOutput => true,
            _ => share(&scalar),
        }
    }

    /// Whether it counts tokens, where its name could say as well that it is true: by its neighbours and its values.
    fn is_count(&self) -> bool {
        let keys: Vec<&str> = role::keys(&self.path).collect();
        let beside_counts =
            matches!(keys.as_slice(), [.., "tokens" | "usage" | "token_usage" | "tokenUsage" | "usageMetadata", _]);
        let numbers = || self.known().filter(|value| !value.is_boolean()).filter_map(|value| as_value(value).number());
        beside_counts && numbers().next().is_some() || numbers().any(|number| number > 1.0)
    }

    /// By the name, and where the name says nothing, by the magnitude of the values.
    fn unit(&self, role: Role) -> Unit {
        let numbers: Vec<f64> = self.known().filter_map(|value| as_value(value).number()).collect();
        let most = numbers.iter().copied().fold(0.0, f64::max);
        if role == Role::Confidence {
            return if most > 1.0 { Unit::Percent } else { Unit::Plain };
        }
        let by_name = unit_by_name(role, &self.path);
        let says_nothing = matches!(
            self.last.as_str(),
            "latency" | "duration" | "elapsed" | "ttft" | "timetofirsttoken" | "responsetime"
        );
        if !says_nothing || numbers.is_empty() || !matches!(role, Role::Took | Role::FirstToken | Role::Processing) {
            return by_name;
        }
        let fraction = numbers.iter().any(|number| number.fract() != 0.0);
        match most {
            most if most >= 1e8 => Unit::Nanos,
            most if fraction && most < 600.0 => Unit::Seconds,
            _ if by_name == Unit::Seconds && most >= 600.0 => Unit::Plain,
            _ => by_name,
        }
    }
}

/// Pairs of seconds and nanoseconds included.
fn is_time(value: &Json) -> bool {
    match value {
        Json::Array(_) => stamp::read(&super::Value::Raw(value.to_string().as_bytes())).is_some(),
        value => stamp::read(&as_value(value)).is_some(),
    }
}

fn as_value(value: &Json) -> super::Value<'_> {
    match value {
        Json::Null => super::Value::Null,
        Json::Bool(truth) => super::Value::Bool(*truth),
        Json::Number(number) => {
            number.as_i64().map_or_else(|| super::Value::Real(number.as_f64().unwrap_or(f64::NAN)), super::Value::Int)
        }
        Json::String(text) => super::Value::Text(text.as_str().into()),
        Json::Array(_) | Json::Object(_) => super::Value::Raw(b"{}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::format::Memory;
    use crate::ingest::format::Slots;
    use crate::ingest::format::scan::Plan;
    use crate::model::{Call, Status};

    fn fit(records: &[Json]) -> Option<Fit> {
        guess(&Sample { path: Path::new("x.jsonl"), table: None, records })
    }

    fn read<T>(record: &str, look: impl Fn(&Call<'_>) -> T) -> T {
        let json: Json = serde_json::from_str(record).unwrap();
        let fit = fit(&[json]).unwrap_or_else(|| panic!("not recognised: {record}"));
        let mut slots = Slots::new();
        Plan::new(&fit.format.fields).fill(record.as_bytes(), &mut slots).unwrap();
        let mut call = Call::default();
        assert_eq!(fit.format.call(&slots, &mut call, &mut Memory::default()), Ok(true));
        look(&call)
    }

    #[test]
    fn logs_that_differ_only_in_names_read_alike() {
        for record in [
            r#"{"created_at":"2026-01-05 10:00:00","model":"m","input_tokens":10,"output_tokens":5,"total_cost":0.5,"latency_ms":1500}"#,
            r#"{"ts":1767607200,"model_name":"m","usage":{"prompt_tokens":10,"completion_tokens":5},"billing":{"usd_cost":"0.5"},"duration_seconds":1.5}"#,
            r#"{"startTime":1767607200.0,"request":{"model":"m"},"tokensIn":10,"tokensOut":5,"spend":0.5,"duration":1.5}"#,
            r#"{"@timestamp":"2026-01-05T10:00:00Z","llm":"{\"model\":\"m\",\"input_tokens\":10,\"output_tokens\":5}","costUSD":0.5,"total_duration_ns":1,"latency":1500000000}"#,
        ] {
            let told = read(record, |call| {
                (
                    call.at.iso(),
                    call.model.as_ref().map(|model| model.to_str().into_owned()),
                    call.usage.total(),
                    call.logged_cost,
                    call.took,
                )
            });
            assert_eq!(
                told,
                (
                    "2026-01-05T10:00:00.000Z".to_owned(),
                    Some("m".to_owned()),
                    Some(15),
                    Some(Usd(500_000_000)),
                    Some(1_500_000_000)
                ),
                "{record}"
            );
        }
    }

    #[test]
    fn cached_tokens_are_placed_by_arithmetic_then_by_name() {
        let fresh = |record: &str| read(record, |call| call.usage.input);
        let time = r#""timestamp":"2026-01-05T10:00:00Z","model":"m""#;
        assert_eq!(
            fresh(&format!(r#"{{{time},"prompt_tokens":100,"completion_tokens":5,"cached_tokens":80}}"#)),
            Some(20)
        );
        assert_eq!(
            fresh(&format!(r#"{{{time},"input_tokens":100,"output_tokens":5,"cache_read_input_tokens":80}}"#)),
            Some(100)
        );
        assert_eq!(
            fresh(&format!(r#"{{{time},"input_tokens":100,"output_tokens":5,"cached_tokens":80,"total_tokens":185}}"#)),
            Some(100)
        );
    }

    #[test]
    fn one_log_may_hold_both_ways_of_counting() {
        let openai = r#"{"ts":[1767607200, 0],"model":"a","usage":{"prompt_tokens":1000,"completion_tokens":200,"prompt_tokens_details":{"cached_tokens":400}}}"#;
        let anthropic = r#"{"ts":[1767607200, 0],"model":"b","usage":{"input_tokens":600,"output_tokens":200,"cache_read_input_tokens":400}}"#;
        let records = [openai, anthropic].map(|record| serde_json::from_str(record).unwrap());
        let format = fit(&records).unwrap().format;
        for record in [openai, anthropic] {
            let mut slots = Slots::new();
            Plan::new(&format.fields).fill(record.as_bytes(), &mut slots).unwrap();
            let mut call = Call::default();
            assert_eq!(format.call(&slots, &mut call, &mut Memory::default()), Ok(true));
            let usage = call.usage;
            assert_eq!((usage.input, usage.cache_read, usage.total()), (Some(600), Some(400), Some(1_200)), "{record}");
        }
    }

    #[test]
    fn a_log_that_only_mentions_a_model_is_not_one_of_calls() {
        for record in [
            r#"{"timestamp":"2026-01-05T10:00:00Z","model":"m","message":"loaded"}"#,
            r#"{"timestamp":"2026-01-05T10:00:00Z","level":"info","duration":3}"#,
            r#"{"model":"m","input_tokens":5}"#,
            r#"{"timestamp":"soon","model":"m","input_tokens":5}"#,
        ] {
            assert!(fit(&[serde_json::from_str(record).unwrap()]).is_none(), "{record}");
        }
    }

    #[test]
    fn cached_is_a_count_among_counts_and_a_truth_elsewhere() {
        let time = r#""timestamp":"2026-01-05T10:00:00Z","model":"m""#;
        for (rest, expected) in [
            (
                r#""tokens":{"input":1000,"output":100,"cached":200,"total":1100}"#,
                (Status::Success, Some(800), Some(200)),
            ),
            (r#""tokens":{"input":1000,"output":100,"cached":1}"#, (Status::Success, Some(999), Some(1))),
            (r#""input_tokens":1000,"output_tokens":100,"cached":200"#, (Status::Success, Some(800), Some(200))),
            (r#""input_tokens":1000,"output_tokens":100,"cached":true"#, (Status::Cached, Some(1_000), None)),
            (r#""input_tokens":1000,"output_tokens":100,"cached":1"#, (Status::Cached, Some(1_000), None)),
            (r#""usage":{"input":1000,"output":100,"cached":false}"#, (Status::Success, Some(1_000), None)),
        ] {
            let record = format!("{{{time},{rest}}}");
            let told = read(&record, |call| (call.status, call.usage.input, call.usage.cache_read));
            assert_eq!(told, expected, "{record}");
        }
    }

    #[test]
    fn percent_and_status_are_seen_for_what_they_are() {
        let record = r#"{"time":1767607200000,"model":"m","confidence":85,"status":"rate_limited","tokens":12}"#;
        assert_eq!(read(record, |call| (call.confidence, call.status)), (Some(0.85), Status::Error));
    }
}
