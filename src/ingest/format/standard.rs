//! From slots to a call, in the way that suits every log that names its fields plainly. A format calls this and then
//! mends what is peculiar to it.

use super::role::{self, Field, Role, Unit};
use super::slots::Slots;
use super::{Value, media, stamp};
use crate::model::{Call, Odd, Relation, Stamp, Status, Text, Tier, Usage, Usd};

/// Whether the logged prompt tokens hold those read from a cache (OpenAI's way) or stand beside them (Anthropic's).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cached {
    Beside,
    Inside,
    /// Told by each record: by its total, or by what the field is called. One log may hold both.
    #[default]
    ByRecord,
}

/// Reads a call, whatever was in it. The error says why its time could not be read.
///
/// `modified` is the time of a record that has none, where its format may have none.
pub fn call<'a>(
    slots: &Slots<'a>,
    fields: &[Field],
    cached: Cached,
    modified: Option<Stamp>,
    call: &mut Call<'a>,
) -> Result<(), String> {
    let at = slots.get(Role::Time);
    call.undated = at.is_absent();
    call.at = stamp::read(at).or(modified.filter(|_| at.is_absent())).ok_or_else(|| match at {
        Value::Missing => "no time in it".to_owned(),
        value => format!("`{}` is no time: {}", slots.path(Role::Time, fields), shown(value)),
    })?;
    // Field by field, in place: a call is large, and there are millions of them.
    let Call {
        id,
        number,
        at: _,
        undated: _,
        model,
        model_name,
        requested,
        provider,
        route,
        user,
        session,
        project,
        agent,
        use_case,
        endpoint,
        error_type,
        error_message,
        usage,
        logged_cost,
        baseline,
        took,
        inferred,
        first_token,
        processing,
        status,
        confidence,
        overridden,
        prompt_length,
        request: _,
        patterns,
        preview,
        tier,
        odd,
        is_sum,
        subscription,
        fee,
        kin,
        loose,
        side,
        within,
        relation,
    } = call;
    let name = |role: Role| slots.text(role);
    let duration = |role: Role| nanos(slots.number(role)?, slots.unit(role, fields));
    *id = own_id(slots, fields);
    *number = slots.text(Role::Number);
    *model = name(Role::Model);
    *model_name = name(Role::ModelName);
    *requested = name(Role::Requested);
    *provider = name(Role::Provider);
    *route = name(Role::Route);
    *user = name(Role::User);
    *session = name(Role::Session);
    *project = name(Role::Project);
    *agent = name(Role::Agent);
    *use_case = name(Role::UseCase);
    *endpoint = name(Role::Endpoint);
    *error_type = name(Role::ErrorType);
    // `"error": false` is no message.
    let said = slots.get(Role::ErrorMessage);
    *error_message = match said {
        Value::Bool(false) | Value::Int(0) => None,
        said => name(Role::ErrorMessage).or_else(|| raw(said)),
    };
    *odd = Odd::None;
    *usage = self::usage(slots, fields, cached, odd);
    let in_dollars = foreign(slots).is_none();
    *logged_cost = cost(slots).filter(|_| in_dollars);
    *baseline = amount(slots.get(Role::Baseline)).filter(|_| in_dollars);
    let since_it_began = |role: Role| stamp::between(slots.get(Role::Time), slots.get(role));
    *took = duration(Role::Took).or_else(|| since_it_began(Role::Ended));
    if took.is_none() && ends_first(slots, fields) {
        *odd = Odd::Backwards;
    }
    *first_token = duration(Role::FirstToken).or_else(|| since_it_began(Role::FirstTokenAt));
    *processing = duration(Role::Processing);
    *status = Status::Success;
    *confidence = slots
        .number(Role::Confidence)
        .map(|said| if slots.unit(Role::Confidence, fields) == Unit::Percent { said / 100.0 } else { said });
    *overridden = self::overridden(slots.get(Role::Override));
    *prompt_length = slots.count(Role::PromptLength);
    *patterns = raw(slots.get(Role::Patterns)).or_else(|| name(Role::Patterns));
    *preview = name(Role::Preview);
    let tier_in = |role: Role| name(role).and_then(|word| Tier::parse(&word.to_str()));
    *tier = tier_in(Role::Tier).unwrap_or_default();
    if *tier == Tier::Standard {
        *tier = tier_in(Role::Speed).unwrap_or_default();
    }
    (*kin, *loose, *side, *within) = (None, false, false, None);
    (*inferred, *is_sum, *subscription) = (false, false, false);
    *fee = slots.has(Role::OwnKey) && slots.get(Role::OwnKey).truth() == Some(true);
    *relation = Relation::Alone;
    set_status(call, slots);
    Ok(())
}

/// Whether a record says enough to be a call: any of model, tokens and cost. One that has only begun may know nothing
/// yet.
pub fn says_enough(call: &Call<'_>) -> bool {
    call.model.is_some()
        || call.usage != Usage::default()
        || call.logged_cost.is_some()
        || call.status == Status::Pending
        || call.status == Status::Error && (call.error_type.is_some() || call.error_message.is_some())
}

/// What a record says in place of a number of tokens or of an amount, where there is none that it could mean: its call
/// counts without, and that must not go unsaid.
#[inline]
pub fn misread(slots: &Slots<'_>, fields: &[Field], call: &Call<'_>) -> Option<String> {
    if let Some(currency) = foreign(slots)
        && let Some(cost) = cost(slots).filter(|cost| !cost.is_zero())
    {
        return Some(format!("its cost is in {}, and not in dollars: {cost}", currency.to_str()));
    }
    let cost = slots.get(Role::Cost);
    if call.logged_cost.is_none() && slots.has(Role::Cost) && !cost.is_blank() && amount(cost).is_none() {
        return Some(format!("`{}` is no amount in dollars: {}", slots.path(Role::Cost, fields), shown(cost)));
    }
    let usage = &call.usage;
    let parts = [
        (Role::Input, usage.input),
        (Role::CacheRead, usage.cache_read),
        (Role::CacheWrite, usage.cache_write_5m),
        (Role::CacheWrite1h, usage.cache_write_1h),
        (Role::Output, usage.output),
        (Role::Reasoning, usage.reasoning),
        (Role::Total, usage.total_logged),
    ];
    let is_unread = |role: Role| {
        let value = slots.get(role);
        !value.is_blank() && !matches!(value, Value::Raw(_)) && value.count().is_none()
    };
    let (role, _) = parts.into_iter().find(|(role, part)| part.is_none() && slots.has(*role) && is_unread(*role))?;
    Some(format!("`{}` is no number of tokens: {}", slots.path(role, fields), shown(slots.get(role))))
}

/// The record's own id. A bare integer called `id` is the address of a row, and another log has the same.
fn own_id<'a>(slots: &Slots<'a>, fields: &[Field]) -> Option<Text<'a>> {
    if !slots.has(Role::Id) {
        return None;
    }
    let value = slots.get(Role::Id);
    let bare = slots.path(Role::Id, fields).rsplit('.').next() == Some("id");
    match value {
        Value::Int(_) | Value::Real(_) | Value::Number(_) if bare => None,
        value => value.text(),
    }
}

/// What a value looks like in a message, short.
pub fn shown(value: &Value<'_>) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Raw(bytes) => String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned(),
        value => {
            let text = value.text().unwrap_or_default();
            let text = text.to_str();
            text[..text.floor_char_boundary(40)].to_owned()
        }
    }
}

fn raw<'a>(value: &Value<'a>) -> Option<Text<'a>> {
    match value {
        Value::Raw(bytes) => Some(Text::from(*bytes)),
        _ => None,
    }
}

/// An override is a flag, or the name of what was chosen instead.
fn overridden(value: &Value<'_>) -> Option<bool> {
    value.truth().or_else(|| matches!(value, Value::Text(text) if !text.is_empty()).then_some(true))
}

fn cost(slots: &Slots<'_>) -> Option<Usd> {
    amount(slots.get(Role::Cost)).or_else(|| {
        let parts = [amount(slots.get(Role::InputCost)), amount(slots.get(Role::OutputCost))];
        parts.iter().any(Option::is_some).then(|| parts.into_iter().flatten().sum())
    })
}

/// The currency of the costs, where it is said and is another than the dollar. No rate of that day is known.
fn foreign<'a>(slots: &Slots<'a>) -> Option<Text<'a>> {
    let currency = slots.has(Role::Currency).then(|| slots.text(Role::Currency))??;
    let is_dollar = ["usd", "$", "us$"].iter().any(|word| currency.trimmed().eq_ignore_ascii_case(word.as_bytes()));
    (!is_dollar && !currency.trimmed().is_empty()).then_some(currency)
}

/// An amount in dollars, exact where it is written in decimals; a negative one is no cost.
fn amount(value: &Value<'_>) -> Option<Usd> {
    let usd = match value {
        Value::Number(text) => Usd::parse(text),
        Value::Text(text) => Usd::from_text(&text.to_str()),
        Value::Int(dollars) => Usd::from_dollars(*dollars as f64),
        Value::Real(dollars) => Usd::from_dollars(*dollars),
        _ => None,
    }?;
    (usd >= Usd::ZERO).then_some(usd)
}

/// Whether this record counts what was read from a cache among its prompt tokens.
fn is_inside(usage: &Usage, cached: Cached, path: impl FnOnce() -> bool) -> bool {
    let whole = |parts: &[Option<u32>]| parts.iter().map(|part| u64::from(part.unwrap_or(0))).sum::<u64>();
    match (cached, usage.total_logged.map(u64::from)) {
        (Cached::Beside, _) => false,
        (Cached::Inside, _) => true,
        // What is larger than the prompt is not a part of it.
        (Cached::ByRecord, _) if usage.cache_read > usage.input => false,
        (Cached::ByRecord, Some(total)) if total == whole(&[usage.input, usage.output]) => true,
        (Cached::ByRecord, Some(total))
            if total
                == whole(&[
                    usage.input,
                    usage.output,
                    usage.cache_read,
                    usage.cache_write_5m,
                    usage.cache_write_1h,
                ]) =>
        {
            false
        }
        (Cached::ByRecord, _) => path(),
    }
}

/// Whether a duration is negative, or the end stands before what is called a beginning: the time that a line was written
/// may well come after the end. Asked of calls without a duration.
fn ends_first(slots: &Slots<'_>, fields: &[Field]) -> bool {
    if slots.has(Role::Took) {
        return slots.number(Role::Took).is_some_and(|took| took < 0.0);
    }
    let begins = || {
        let path = slots.path(Role::Time, fields).to_ascii_lowercase();
        ["start", "began", "begin", "creat"].iter().any(|word| path.contains(word))
    };
    slots.has(Role::Ended) && begins() && stamp::between(slots.get(Role::Ended), slots.get(Role::Time)) > Some(0)
}

/// Whether a number of tokens is below zero. Asked where one is absent: a number that is none is not kept.
fn is_below_zero(slots: &Slots<'_>, usage: &Usage) -> bool {
    let parts = [
        (Role::Input, usage.input),
        (Role::CacheRead, usage.cache_read),
        (Role::Output, usage.output),
        (Role::Total, usage.total_logged),
    ];
    parts
        .into_iter()
        .any(|(role, part)| part.is_none() && slots.has(role) && slots.number(role).is_some_and(|count| count < 0.0))
}

fn usage(slots: &Slots<'_>, fields: &[Field], cached: Cached, odd: &mut Odd) -> Usage {
    let count = |role: Role| slots.count(role);
    let mut usage = Usage {
        input: count(Role::Input),
        cache_read: count(Role::CacheRead),
        cache_write_5m: count(Role::CacheWrite),
        cache_write_1h: count(Role::CacheWrite1h),
        output: count(Role::Output),
        reasoning: count(Role::Reasoning),
        total_logged: count(Role::Total),
        web_searches: count(Role::WebSearches).unwrap_or(0),
        media: media::read(slots),
    };
    if is_below_zero(slots, &usage) {
        *odd = Odd::Negative;
    }
    // Anthropic's name for all that was written, whatever its life.
    let is_sum = || {
        let last = role::keys(slots.path(Role::CacheWrite, fields)).last().unwrap_or("").to_ascii_lowercase();
        last.contains("creation") && !last.contains("5m")
    };
    if let (Some(written), Some(long)) = (usage.cache_write_5m, usage.cache_write_1h)
        && is_sum()
    {
        usage.cache_write_5m = Some(written.saturating_sub(long));
    }
    let by_name = || {
        let last = slots.path(Role::CacheRead, fields).rsplit('.').next().unwrap_or("").to_ascii_lowercase();
        last.starts_with("cached")
    };
    if usage.cache_read > usage.input && usage.input.is_some() && usage.total_logged.is_none() && by_name() {
        // By its name it is a part of the prompt, and no total says otherwise.
        *odd = Odd::OverCached;
    }
    if let (Some(input), Some(_)) = (usage.input, usage.cache_read)
        && is_inside(&usage, cached, by_name)
    {
        // A row with more cached than prompt tokens exists; the cache cannot give more than was asked.
        let read = usage.cache_read.unwrap_or(0).min(input);
        if usage.cache_read > Some(read) {
            *odd = Odd::OverCached;
        }
        usage.cache_read = usage.cache_read.map(|_| read);
        usage.input = Some(input - read);
    }
    // Gemini's thoughts stand beside the answer, and the prompts of its tools beside the prompt.
    if let Some(thoughts) = usage.reasoning
        && matches!(role::keys(slots.path(Role::Reasoning, fields)).last(), Some("thoughtsTokenCount" | "thoughts"))
    {
        usage.output = Some(usage.output.unwrap_or(0).saturating_add(thoughts));
    }
    if let Some(tools) = count(Role::ToolInput) {
        usage.input = Some(usage.input.unwrap_or(0).saturating_add(tools));
    }
    if let (None, Some(output), Some(total)) = (usage.input, usage.output, usage.total_logged)
        && usage.cache_read.is_none()
    {
        usage.input = total.checked_sub(output);
    }
    if let (Some(input), None, Some(total)) = (usage.input, usage.output, usage.total_logged) {
        let prompt = u64::from(input) + usage.prompt() - u64::from(input);
        usage.output = u64::from(total).checked_sub(prompt).and_then(|rest| u32::try_from(rest).ok());
    }
    // Parts that are all zero beside a total are parts nobody filled in.
    if usage.total() == Some(0) && usage.total_logged.is_some_and(|total| total > 0) {
        usage = Usage { total_logged: usage.total_logged, web_searches: usage.web_searches, ..Usage::default() };
    }
    usage
}

/// A duration in nanoseconds; negative ones are clocks that disagree, and unknown.
pub fn nanos(number: f64, unit: Unit) -> Option<u64> {
    let nanos = match unit {
        Unit::Plain | Unit::Percent => number * 1e6,
        Unit::Seconds => number * 1e9,
        Unit::Micros => number * 1e3,
        Unit::Nanos => number,
    };
    (0.0..1e18).contains(&nanos).then_some(nanos.round() as u64)
}

/// `rate_limit` names an error, and does not describe one.
fn is_word(text: &[u8]) -> bool {
    text.len() <= 40
        && text.first().is_some_and(u8::is_ascii_alphabetic)
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte))
}

/// Decides how the call ended: a cache hit first, then what `success` says, then the word or number in `status`, then
/// whether there is an error.
fn set_status<'a>(call: &mut Call<'a>, slots: &Slots<'a>) {
    let success = slots.get(Role::Success);
    let status = slots.get(Role::Status);
    let failed =
        call.error_type.is_some() || call.error_message.as_ref().is_some_and(|text| !text.trimmed().is_empty());
    let verdict = match (success.truth(), verdict(status)) {
        (Some(false), Some((Status::Error, kind))) => (Status::Error, kind),
        (Some(false), _) => (Status::Error, None),
        (Some(true), Some((Status::Cached, _))) => (Status::Cached, None),
        (Some(true), _) => (Status::Success, None),
        (None, Some(verdict)) => verdict,
        (None, None) if failed => (Status::Error, None),
        // The field is there and says nothing yet: the call was logged when it began.
        (None, None) if matches!(success, Value::Null) || matches!(status, Value::Null) => (Status::Pending, None),
        (None, None) => (Status::Success, None),
    };
    call.status = verdict.0;
    if call.status == Status::Error && call.error_type.is_none() {
        let word = call.error_message.as_ref().filter(|said| is_word(said.as_bytes()));
        call.error_type = verdict.1.map(Text::from).or_else(|| word.cloned());
    }
    if call.status != Status::Error {
        call.error_type = None;
    }
    let hit = slots.get(Role::CacheHit);
    // A number beyond 1 counts what was cached.
    if call.status != Status::Error && hit.truth() == Some(true) && hit.number().is_none_or(|number| number <= 1.0) {
        call.status = Status::Cached;
    }
    // A column's default, not a bill: nothing has been billed yet.
    if call.status == Status::Pending && call.logged_cost == Some(Usd::ZERO) {
        call.logged_cost = None;
    }
}

/// What a word or an HTTP status says, and the kind of error if it names one.
pub fn verdict(value: &Value<'_>) -> Option<(Status, Option<String>)> {
    let text = value.text()?;
    let word = text.to_str().trim().to_ascii_lowercase();
    if let Ok(code) = word.parse::<u16>() {
        return match code {
            200..=399 => Some((Status::Success, None)),
            400..=599 => Some((Status::Error, Some(format!("http_{code}")))),
            _ => None,
        };
    }
    Some(match word.as_str() {
        "success" | "succeeded" | "ok" | "completed" | "complete" | "done" | "finished" | "stop" | "end_turn"
        | "true" => (Status::Success, None),
        "cached" | "cache_hit" | "hit" => (Status::Cached, None),
        "pending" | "in_progress" | "running" | "started" | "queued" | "processing" | "streaming" | "open" => {
            (Status::Pending, None)
        }
        "" => return None,
        "error" | "failure" | "failed" | "fail" | "false" => {
            (Status::Error, (word != "error" && word != "false").then(|| "failed".to_owned()))
        }
        "rate_limited" | "rate_limit" | "timeout" | "timed_out" | "cancelled" | "canceled" | "rejected"
        | "client_closed" | "truncated" | "aborted" | "blocked" | "refused" | "overloaded" | "expired" | "denied"
        | "invalid" => (Status::Error, Some(word)),
        // A word nobody knows says nothing about the outcome.
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::format::role::fields;
    use crate::ingest::format::scan::Plan;

    /// Reads a record with plain names and gives back what a case is about.
    fn read<T>(record: &str, look: impl Fn(&Call<'_>) -> T) -> Result<T, String> {
        let fields = fields(&[
            (Role::Time, &["t"]),
            (Role::Model, &["model"]),
            (Role::Input, &["in"]),
            (Role::CacheRead, &["cached"]),
            (Role::Output, &["out"]),
            (Role::Total, &["total"]),
            (Role::Cost, &["cost"]),
            (Role::InputCost, &["in_cost"]),
            (Role::OutputCost, &["out_cost"]),
            (Role::Took, &["duration_seconds", "latency_ms"]),
            (Role::Success, &["success"]),
            (Role::Status, &["status"]),
            (Role::CacheHit, &["cache_hit"]),
            (Role::ErrorType, &["error_type"]),
            (Role::ErrorMessage, &["error"]),
            (Role::Override, &["override"]),
        ]);
        let record = format!(r#"{{"t":"2026-01-05T10:00:00Z",{record}}}"#);
        let mut slots = Slots::new();
        Plan::new(&fields).fill(record.as_bytes(), &mut slots)?;
        let mut told = Call::default();
        call(&slots, &fields, Cached::Inside, None, &mut told).map(|()| look(&told))
    }

    #[test]
    fn the_outcome_in_every_way_that_logs_tell_it() {
        for (record, status, kind) in [
            (r#""success":true"#, Status::Success, None),
            (r#""success":1,"cache_hit":1"#, Status::Cached, None),
            (r#""success":false,"error":"it went boom""#, Status::Error, None),
            (r#""success":false,"error":"rate_limit""#, Status::Error, Some("rate_limit")),
            (r#""success":false,"error_type":"rate_limit""#, Status::Error, Some("rate_limit")),
            (r#""success":null"#, Status::Pending, None),
            (r#""status":"pending""#, Status::Pending, None),
            (r#""status":"rate_limited""#, Status::Error, Some("rate_limited")),
            (r#""status":"failed""#, Status::Error, Some("failed")),
            (r#""status":429"#, Status::Error, Some("http_429")),
            (r#""status":200"#, Status::Success, None),
            (r#""error":"boom""#, Status::Error, Some("boom")),
            (r#""error":"""#, Status::Success, None),
            (r#""x":1"#, Status::Success, None),
        ] {
            let record = format!(r#""model":"m",{record}"#);
            let told =
                read(&record, |call| (call.status, call.error_type.as_ref().map(|kind| kind.to_str().into_owned())))
                    .unwrap();
            assert_eq!(told, (status, kind.map(str::to_owned)), "{record}");
        }
    }

    #[test]
    fn cached_tokens_are_taken_out_of_the_prompt_once() {
        let usage = read(r#""model":"m","in":100,"cached":80,"out":5"#, |call| call.usage).unwrap();
        assert_eq!((usage.input, usage.cache_read, usage.total()), (Some(20), Some(80), Some(105)));
        let usage = read(r#""model":"m","in":10,"cached":80,"out":5"#, |call| call.usage).unwrap();
        assert_eq!((usage.input, usage.cache_read), (Some(0), Some(10)));
    }

    #[test]
    fn what_cannot_be_is_remembered_of_the_record() {
        for (record, odd) in [
            (r#""model":"m","in":100,"cached":80,"out":5"#, Odd::None),
            (r#""model":"m","in":10,"cached":80,"out":5"#, Odd::OverCached),
            (r#""model":"m","in":-10,"out":5"#, Odd::Negative),
            (r#""model":"m","latency_ms":-3"#, Odd::Backwards),
            (r#""model":"m","latency_ms":3"#, Odd::None),
        ] {
            assert_eq!(read(record, |call| call.odd), Ok(odd), "{record}");
        }
    }

    #[test]
    fn a_part_that_is_missing_follows_from_the_total() {
        let usage = read(r#""model":"m","out":5,"total":25"#, |call| call.usage).unwrap();
        assert_eq!((usage.input, usage.output), (Some(20), Some(5)));
        let usage = read(r#""model":"m","in":0,"out":0,"total":25"#, |call| call.usage).unwrap();
        assert_eq!((usage.has_parts(), usage.total()), (false, Some(25)));
    }

    #[test]
    fn what_is_no_number_of_tokens_and_no_amount_is_said() {
        let fields = fields(&[
            (Role::Time, &["t"]),
            (Role::Input, &["in"]),
            (Role::Output, &["out"]),
            (Role::Cost, &["cost"]),
            (Role::Currency, &["currency"]),
        ]);
        for (value, said) in [
            ("-5", Some("`in` is no number of tokens: -5")),
            ("4294967296", Some("`in` is no number of tokens: 4294967296")),
            (r#""many""#, Some("`in` is no number of tokens: many")),
            ("9.5", Some("`in` is no number of tokens: 9.5")),
            ("5", None),
            (r#""12""#, None),
            ("null", None),
            (r#""""#, None),
            (r#"{"text":5}"#, None),
            (r#"5,"cost":"$1,234.50""#, None),
            (r#"5,"cost":" ""#, None),
            (r#"5,"cost":"0,05""#, Some("`cost` is no amount in dollars: 0,05")),
            (r#"5,"cost":0.05,"currency":"usd""#, None),
            (r#"5,"cost":0.05,"currency":"SEK""#, Some("its cost is in SEK, and not in dollars: 0.050000000")),
            (r#"5,"cost":0,"currency":"SEK""#, None),
            (r#"5,"cost":-0.5"#, Some("`cost` is no amount in dollars: -0.5")),
        ] {
            let record = format!(r#"{{"t":"2026-01-05T10:00:00Z","in":{value},"out":3}}"#);
            let (mut slots, mut told) = (Slots::new(), Call::default());
            Plan::new(&fields).fill(record.as_bytes(), &mut slots).unwrap();
            call(&slots, &fields, Cached::Beside, None, &mut told).unwrap();
            assert_eq!(misread(&slots, &fields, &told).as_deref(), said, "{value}");
        }
    }

    #[test]
    fn money_is_exact_and_in_parts_where_it_must_be() {
        assert_eq!(read(r#""cost":"$0.0228""#, |call| call.logged_cost).unwrap(), Some(Usd(22_800_000)));
        assert_eq!(
            read(r#""model":"m","in_cost":0.1,"out_cost":0.2"#, |call| call.logged_cost).unwrap(),
            Some(Usd(300_000_000))
        );
        assert_eq!(read(r#""model":"m","cost":-1"#, |call| call.logged_cost).unwrap(), None);
    }

    #[test]
    fn durations_are_nanoseconds_whatever_they_were() {
        assert_eq!(read(r#""model":"m","duration_seconds":1.5"#, |call| call.took).unwrap(), Some(1_500_000_000));
        assert_eq!(read(r#""model":"m","latency_ms":-3"#, |call| call.took).unwrap(), None);
    }

    #[test]
    fn what_is_no_call_says_what_is_missing() {
        for (record, enough) in
            [(r#""x":1"#, false), (r#""model":"m""#, true), (r#""out":0"#, true), (r#""cost":0"#, true)]
        {
            assert_eq!(read(record, says_enough), Ok(enough), "{record}");
        }
        assert_eq!(read(r#""status":"pending""#, says_enough), Ok(true), "it has only begun");
        let fields = fields(&[(Role::Time, &["t"]), (Role::Model, &["m"])]);
        let mut slots = Slots::new();
        Plan::new(&fields).fill(br#"{"t":"soon","m":"x"}"#, &mut slots).unwrap();
        let told = call(&slots, &fields, Cached::Beside, None, &mut Call::default());
        assert_eq!(told.unwrap_err(), "`t` is no time: soon");
    }

    #[test]
    fn an_override_is_a_flag_or_the_name_of_the_choice() {
        for (record, told) in
            [("true", Some(true)), ("0", Some(false)), ("null", None), (r#""gpt-5""#, Some(true)), (r#""""#, None)]
        {
            assert_eq!(
                read(&format!(r#""model":"m","override":{record}"#), |call| call.overridden).unwrap(),
                told,
                "{record}"
            );
        }
    }
}
