//! What an app may rely on when it hands its decisions to `callscope log`.

use super::*;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;

const NOW: Stamp = Stamp(1_767_607_200_000);

fn pairs(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// What the file holds after one call.
fn logged(kind: Kind, given: &str) -> Result<String, LogError> {
    let dir = tempfile::tempdir().unwrap();
    let path = log(kind, &pairs(given), None, &dir.path().join("a/b"), &|| NOW)?;
    assert_eq!(path.file_name().unwrap().to_str().unwrap(), format!("decisions-{}.jsonl", NOW.day()));
    Ok(fs::read_to_string(path).unwrap())
}

fn from_stdin(kind: Kind, text: &str) -> (Result<PathBuf, LogError>, String) {
    let dir = tempfile::tempdir().unwrap();
    let result = log(kind, &[], Some(&mut text.as_bytes()), dir.path(), &|| NOW);
    let written = fs::read_to_string(dir.path().join(format!("decisions-{}.jsonl", NOW.day()))).unwrap_or_default();
    (result, written)
}

#[test]
fn a_decision_is_the_loggers_line() {
    let given = "confidence=0.9 provider=openai route=debugging modelName=GPT-5 promptLength=23 \
        matchedPatterns=fix processingTimeMs=2 model=gpt-5";
    assert_eq!(
        logged(Kind::Decision, given).unwrap(),
        "{\"timestamp\":\"2026-01-05T10:00:00.000Z\",\"model\":\"gpt-5\",\"modelName\":\"GPT-5\",\"provider\":\"openai\",\
         \"route\":\"debugging\",\"confidence\":0.9,\"override\":false,\"promptLength\":23,\"matchedPatterns\":[\"fix\"],\
         \"processingTimeMs\":2,\"tokensUsed\":null,\"latencyMs\":null,\"success\":null,\"errorType\":null}\n"
    );
}

#[test]
fn an_outcome_says_how_it_went_and_nothing_it_was_not_told() {
    assert_eq!(
        logged(Kind::Outcome, "success=false errorType=timeout latencyMs=12.5 model=gpt-5 userId=7").unwrap(),
        "{\"timestamp\":\"2026-01-05T10:00:00.000Z\",\"model\":\"gpt-5\",\"matchedPatterns\":[],\"userId\":\"7\",\
         \"tokensUsed\":null,\"latencyMs\":12.5,\"success\":false,\"errorType\":\"timeout\"}\n"
    );
}

#[test]
fn values_are_typed_by_their_key() {
    let line = |given: &str| {
        let line = logged(Kind::Decision, &format!("model=m {given}")).unwrap();
        serde_json::from_str::<Value>(&line).unwrap()
    };
    for (given, key, json) in [
        ("confidence=1", "confidence", "1"),
        ("confidence=.5e0", "confidence", "null"),
        ("override=true", "override", "true"),
        ("matchedPatterns=a,b", "matchedPatterns", "[\"a\",\"b\"]"),
        ("matchedPatterns=[\"a,b\"]", "matchedPatterns", "[\"a,b\"]"),
        ("matchedPatterns=", "matchedPatterns", "[]"),
        ("conversationId=00123", "conversationId", "\"00123\""),
        ("timestamp=2026-01-05T12:00:00+02:00", "timestamp", "\"2026-01-05T10:00:00.000Z\""),
        ("tenant=00123", "tenant", "\"00123\""),
        ("tenant=123", "tenant", "123"),
        ("tenant=12345678901234567890123", "tenant", "\"12345678901234567890123\""),
        ("tenant=a=b", "tenant", "\"a=b\""),
    ] {
        if json == "null" {
            assert!(logged(Kind::Decision, &format!("model=m {given}")).is_err(), "{given}");
        } else {
            assert_eq!(line(given)[key].to_string(), json, "{given}");
        }
    }
}

#[test]
fn an_error_names_the_key_and_what_to_do() {
    for (kind, given, words) in [
        (Kind::Decision, "route=chat", ["model is missing", "callscope log decision model="]),
        (Kind::Decision, "model=", ["model is missing", "callscope log decision"]),
        (Kind::Outcome, "model=m", ["success is missing", "success=true"]),
        (Kind::Decision, "model=m success=true", ["no success yet", "callscope log outcome"]),
        (Kind::Decision, "model=m confidence=1.2", ["confidence should be", "0 to 1"]),
        (Kind::Decision, "model=m confidence=NaN", ["confidence should be", "\"NaN\""]),
        (Kind::Decision, "model=m promptLength=-3", ["promptLength should be", "whole number"]),
        (Kind::Decision, "model=m override=yes", ["override should be", "true or false"]),
        (Kind::Decision, "model=m timestamp=yesterday", ["timestamp should be", "2026-"]),
        (Kind::Decision, "model=m matchedPatterns=[1]", ["matchedPatterns should be", "list"]),
        (Kind::Decision, "model=m model=n", ["model", "twice"]),
        (Kind::Decision, "gpt-5", ["\"gpt-5\"", "key=value"]),
        (Kind::Decision, "=gpt-5", ["=gpt-5", "key=value"]),
        (Kind::Outcome, "", ["nothing to write", "success=true"]),
    ] {
        let error = logged(kind, given).unwrap_err().to_string();
        for word in words {
            assert!(error.contains(word), "{given}: {error}");
        }
        assert!(!error.contains('\n'));
    }
}

#[test]
fn objects_come_from_standard_input_one_or_many() {
    let (result, written) =
        from_stdin(Kind::Decision, "{\n  \"confidence\": \"0.5\",\n  \"model\": \"m\", \"x\": {\"y\": [1]}\n}\n");
    result.unwrap();
    let line: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(line["confidence"], 0.5);
    assert!(written.ends_with("\"x\":{\"y\":[1]}}\n"), "{written}");

    let (result, written) =
        from_stdin(Kind::Outcome, "{\"model\":\"a\",\"success\":true}\n{\"model\":\"b\",\"success\":false}\n");
    result.unwrap();
    assert_eq!(written.lines().count(), 2);
}

#[test]
fn a_bad_object_is_named_and_what_came_before_stays() {
    for (text, why) in [
        ("{\"model\":\"a\"}\n{\"route\":\"b\"}\n", "object 2: model is missing"),
        ("{\"model\":\"a\"}\n[1]\n", "object 2: is no JSON object"),
        ("{\"model\":\"a\"}\n{\"model\":\n", "object 2: EOF"),
    ] {
        let (result, written) = from_stdin(Kind::Decision, text);
        let error = result.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
        assert_eq!(written.lines().count(), 1);
    }
    assert!(matches!(from_stdin(Kind::Decision, " \n").0, Err(LogError::Nothing { .. })));
}

/// Hands over one object a read, and looks at the file before the next.
struct Drip<'a> {
    folder: &'a Path,
    seen: Vec<usize>,
}

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let path = self.folder.join(format!("decisions-{}.jsonl", NOW.day()));
        self.seen.push(fs::read_to_string(path).map_or(0, |text| text.lines().count()));
        let next: &[u8] = if self.seen.len() > 3 { b"" } else { b"{\"model\":\"m\"}\n" };
        buffer[..next.len()].copy_from_slice(next);
        Ok(next.len())
    }
}

#[test]
fn an_object_is_written_before_the_next_one_comes() {
    let dir = tempfile::tempdir().unwrap();
    let mut drip = Drip { folder: dir.path(), seen: Vec::new() };
    log(Kind::Decision, &[], Some(&mut drip), dir.path(), &|| NOW).unwrap();
    assert_eq!(drip.seen, [0, 1, 2, 3]);
}

#[test]
fn control_characters_stay_inside_their_line() {
    let (result, written) = from_stdin(Kind::Decision, r#"{"model":"a\nb\u0007","route":"r"}"#);
    result.unwrap();
    assert_eq!(written.matches('\n').count(), 1);
}

#[test]
fn a_torn_line_is_closed_first() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(format!("decisions-{}.jsonl", NOW.day()));
    fs::write(&path, "{\"timestamp\":\"2026").unwrap();
    for _ in 0..2 {
        log(Kind::Decision, &pairs("model=m"), None, dir.path(), &|| NOW).unwrap();
    }
    let text = fs::read_to_string(&path).unwrap();
    let good: Vec<bool> = text.lines().map(|line| serde_json::from_str::<Value>(line).is_ok()).collect();
    assert_eq!(good, [false, true, true]);
}

#[test]
fn the_file_is_readable_by_others_and_a_failure_names_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = log(Kind::Decision, &pairs("model=m"), None, dir.path(), &|| NOW).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o600, 0o600);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o111, 0);
    let error = log(Kind::Decision, &pairs("model=m"), None, &path, &|| NOW).unwrap_err().to_string();
    assert!(error.starts_with("cannot append to ") && error.contains("decisions-"), "{error}");
}

#[test]
fn writers_at_the_same_time_do_not_mix_their_lines() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let folder = dir.path();
            scope.spawn(move || {
                for number in 0..200 {
                    let fill = "x".repeat(if number % 5 == 0 { 9_000 } else { 40 });
                    let given = [format!("model=m{writer}"), format!("promptLength={number}"), format!("note={fill}")];
                    log(Kind::Decision, &given, None, folder, &|| NOW).unwrap();
                }
            });
        }
        // A logger that knows no locks.
        scope.spawn(|| {
            for _ in 0..200 {
                let path = dir.path().join(format!("decisions-{}.jsonl", NOW.day()));
                let mut file = fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
                file.write_all(b"{\"model\":\"other\",\"promptLength\":0}\n").unwrap();
            }
        });
    });
    let text = fs::read_to_string(dir.path().join(format!("decisions-{}.jsonl", NOW.day()))).unwrap();
    // Whoever sees a line of the other logger that is half there ends it: then a line is empty, and none is lost.
    let lines = text.lines().filter(|line| !line.is_empty());
    let lines: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 9 * 200);
    for writer in 0..8 {
        let own: Vec<u64> = lines
            .iter()
            .filter(|line| line["model"] == format!("m{writer}"))
            .map(|line| line["promptLength"].as_u64().unwrap())
            .collect();
        assert_eq!(own, (0..200).collect::<Vec<_>>());
    }
}
