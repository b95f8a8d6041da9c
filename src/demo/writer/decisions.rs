//! A call as the two lines of a router's decisions log: one when the router decides, one when the answer is there.
//!
//! Written byte by byte and not through a JSON library's tree: a benchmark's 2.6 million calls are 5.1 million lines,
//! and they are made in nine seconds (two shared cores, 2.4 GB).

use chrono::Datelike;

use super::super::scenario::Request;
use super::bodies;
use crate::model::Stamp;
use crate::model::time::{DAY, HOUR, MINUTE, SECOND};

/// The decision, its outcome unknown.
pub fn decision(request: &Request, at: Stamp, out: &mut Vec<u8>) {
    head(request, at, out);
    out.extend_from_slice(b",\"tokensUsed\":null,\"latencyMs\":null,\"success\":null,\"errorType\":null");
    body(",\"prompt\":", &bodies::question(request), out);
    out.extend_from_slice(b"}\n");
}

/// The same once more, with how it ended.
pub fn outcome(request: &Request, at: Stamp, out: &mut Vec<u8>) {
    head(request, at, out);
    let failure = request.failure();
    out.extend_from_slice(b",\"tokensUsed\":");
    if failure.is_some_and(|failure| !failure.is_billed()) {
        out.extend_from_slice(b"null");
    } else {
        number(u64::from(request.input) + u64::from(request.output), out);
    }
    out.extend_from_slice(b",\"latencyMs\":");
    number(u64::from(request.latency), out);
    match failure {
        None => {
            out.extend_from_slice(b",\"success\":true,\"errorType\":null");
            body(",\"response\":", &bodies::answer(request), out);
            out.extend_from_slice(b"}\n");
        }
        Some(failure) => {
            out.extend_from_slice(b",\"success\":false,\"errorType\":\"");
            out.extend_from_slice(failure.word().as_bytes());
            out.extend_from_slice(b"\"}\n");
        }
    }
}

/// The seed's logger keeps no bodies; this app adds them to its lines, so that a call can be read where it is found.
fn body(name: &str, text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(name.as_bytes());
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// What both lines say. No name of the cast needs an escape; a test holds it to that.
fn head(request: &Request, at: Stamp, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"timestamp\":\"");
    timestamp(at, out);
    field("\",\"model\":\"", request.model.id, out);
    field("\",\"modelName\":\"", request.model.name, out);
    field("\",\"provider\":\"", request.model.provider, out);
    field("\",\"route\":\"", request.route.name, out);
    out.extend_from_slice(b"\",\"confidence\":");
    hundredths(request.confidence, out);
    out.extend_from_slice(if request.overridden { b",\"override\":true" } else { b",\"override\":false" });
    out.extend_from_slice(b",\"promptLength\":");
    number(u64::from(request.prompt_length), out);
    out.extend_from_slice(b",\"matchedPatterns\":");
    strings(request.patterns, out);
    matches(request, out);
    out.extend_from_slice(b",\"processingTimeMs\":");
    number(u64::from(request.processing), out);
    if let Some(user) = request.user {
        field(",\"userId\":\"", user, out);
        out.push(b'"');
    }
    if let Some(conversation) = request.conversation {
        field(",\"conversationId\":\"", request.router.name, out);
        out.push(b'-');
        hex(conversation, out);
        out.push(b'"');
    }
}

/// Every route that had a word in it, the chosen one first.
fn matches(request: &Request, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"allMatches\":[");
    let rival = request.rival.map(|rival| (rival, &rival.patterns[..1]));
    let chosen = (!request.patterns.is_empty()).then_some((request.route, request.patterns));
    for (index, (route, patterns)) in chosen.into_iter().chain(rival).enumerate() {
        if index > 0 {
            out.push(b',');
        }
        field("{\"route\":\"", route.name, out);
        out.extend_from_slice(b"\",\"matches\":");
        number(patterns.len() as u64, out);
        out.extend_from_slice(b",\"patterns\":");
        strings(patterns, out);
        out.extend_from_slice(b",\"priority\":");
        number(u64::from(route.priority), out);
        out.extend_from_slice(b",\"score\":");
        number(u64::from(route.priority) * patterns.len() as u64, out);
        out.push(b'}');
    }
    out.push(b']');
}

fn field(name: &str, value: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(value.as_bytes());
}

fn strings(items: &[&str], out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        field(if index == 0 { "\"" } else { ",\"" }, item, out);
        out.push(b'"');
    }
    out.push(b']');
}

fn number(mut n: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// 100 is `1`, 90 is `0.9`, 87 is `0.87`: as JavaScript prints them.
fn hundredths(value: u8, out: &mut Vec<u8>) {
    match (value / 100, value % 100) {
        (whole, 0) => out.push(b'0' + whole),
        (_, rest) => {
            out.extend_from_slice(&[b'0', b'.', b'0' + rest / 10]);
            if rest % 10 != 0 {
                out.push(b'0' + rest % 10);
            }
        }
    }
}

pub(super) fn hex(value: u32, out: &mut Vec<u8>) {
    out.extend((0..8).rev().map(|place| b"0123456789abcdef"[(value >> (4 * place)) as usize & 0xF]));
}

/// `2026-01-05T08:00:00.000Z`. The calendar is asked only for the date.
fn timestamp(at: Stamp, out: &mut Vec<u8>) {
    let date = at.utc().date_naive();
    let two = |n: i64, out: &mut Vec<u8>| out.extend_from_slice(&[b'0' + (n / 10) as u8, b'0' + (n % 10) as u8]);
    number(u64::try_from(date.year()).unwrap_or(0), out);
    out.push(b'-');
    two(i64::from(date.month()), out);
    out.push(b'-');
    two(i64::from(date.day()), out);
    out.push(b'T');
    let of_day = at.0.rem_euclid(DAY);
    two(of_day / HOUR, out);
    out.push(b':');
    two(of_day / MINUTE % 60, out);
    out.push(b':');
    two(of_day / SECOND % 60, out);
    out.push(b'.');
    out.push(b'0' + (of_day / 100 % 10) as u8);
    two(of_day % 100, out);
    out.push(b'Z');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::scenario::incident::Incident;
    use crate::demo::scenario::traffic::Arrival;
    use crate::demo::scenario::{Scenario, Via};
    use serde_json::Value;

    const AT: Stamp = Stamp(1_767_600_000_007);

    fn requests() -> impl Iterator<Item = Request> {
        let mut scenario = Scenario::new(9, Incident { begins: Stamp(0) });
        (0..2_000).map(move |n| scenario.request(Arrival { at: AT.plus(n), burst: n % 9 == 0 }, Via::Router))
    }

    fn line(write: impl Fn(&mut Vec<u8>)) -> Value {
        let mut out = Vec::new();
        write(&mut out);
        assert_eq!(out.pop(), Some(b'\n'));
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn a_line_has_the_loggers_keys_in_its_order() {
        let all = [
            "timestamp",
            "model",
            "modelName",
            "provider",
            "route",
            "confidence",
            "override",
            "promptLength",
            "matchedPatterns",
            "allMatches",
            "processingTimeMs",
            "userId",
            "conversationId",
            "tokensUsed",
            "latencyMs",
            "success",
            "errorType",
            "prompt",
        ];
        for request in requests() {
            let line = line(|out| decision(&request, request.at, out));
            let keys: Vec<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
            let asked = request.user.is_some();
            let expected: Vec<&str> =
                all.into_iter().filter(|key| asked || !["userId", "conversationId"].contains(key)).collect();
            assert_eq!(keys, expected);
        }
    }

    #[test]
    fn both_lines_say_the_same_but_for_time_and_outcome() {
        for request in requests() {
            let mut first = line(|out| decision(&request, request.at, out));
            let mut second = line(|out| outcome(&request, request.ends(), out));
            assert_eq!(first["timestamp"], request.at.iso());
            assert_eq!(second["timestamp"], request.ends().iso());
            assert_eq!(first["success"], Value::Null);
            assert_eq!(second["success"], Value::Bool(request.failure().is_none()));
            assert_eq!(second["latencyMs"], request.latency);
            assert_eq!(first["confidence"].as_f64(), Some(f64::from(request.confidence) / 100.0));
            for key in ["timestamp", "tokensUsed", "latencyMs", "success", "errorType"] {
                first[key] = Value::Null;
                second[key] = Value::Null;
            }
            let bodies =
                [first.as_object_mut().unwrap().remove("prompt"), second.as_object_mut().unwrap().remove("response")];
            assert!(bodies[0].as_ref().is_some_and(|prompt| !prompt.as_str().unwrap().is_empty()));
            assert_eq!(bodies[1].is_some(), request.failure().is_none());
            assert_eq!(first, second);
        }
    }

    #[test]
    fn numbers_are_printed_as_javascript_does() {
        for (value, expected) in [(100, "1"), (90, "0.9"), (87, "0.87"), (5, "0.05"), (50, "0.5")] {
            let mut out = Vec::new();
            hundredths(value, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
