//! Keys, tokens and passwords that stand in requests, answers and errors: nobody who looks at a screen, a copy or an
//! export needs them, so they are hidden wherever text of a call is shown, unless asked for.
//!
//! What they look like is from the public rules of gitleaks (github.com/gitleaks/gitleaks, `config/gitleaks.toml`, read
//! November 2026) and from what the providers say of their keys; the patterns are our own. Looking is linear in the
//! text: the engine knows no backtracking.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

use super::text::contains;

/// Stands for what is hidden. Always as long, so that the length does not show.
pub const HIDDEN: &str = "••••••••";

/// `p` is what stays to tell what was there, `s` what goes.
///
/// Prefixes are enough for most: `sk-` (OpenAI, Anthropic, OpenRouter, DeepSeek), `AIza` (Google), `gsk_` (Groq), `xai-`,
/// `pplx-`, `hf_` (Hugging Face), `r8_` (Replicate), `ghp_` and its kin, `glpat-` (GitLab), `xox?-` (Slack), `npm_`,
/// `sk_live_` (Stripe), `AKIA` (AWS), `SG.` (SendGrid), `eyJ….eyJ….` (JSON web tokens).
///
/// The bounds of words are those of ASCII: at Unicode's the engine leaves its fast ways wherever a text has an `ö`, and
/// 50 MB take half a minute instead of a tenth of a second.
const PATTERNS: [&str; 6] = [
    r"(?<p1>(?-u:\b)(?:sk-(?:ant-|proj-|or-|svcacct-|admin-)?|AIza|gsk_|xai-|pplx-|hf_|r8_|gh[pousr]_|github_pat_|glpat-|xox[abeposr]-|npm_|[rsp]k_(?:live|test)_|SG\.))[A-Za-z0-9_\-.]{16,}",
    r"(?<p2>(?-u:\b)(?:AKIA|ASIA|ABIA|ACCA))[A-Z2-7]{16}(?-u:\b)",
    r"(?<p3>(?-u:\b)eyJ)[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
    r"(?<p4>-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)(?s:.*?)(?:-----END [A-Z0-9 ]{0,40}-----|\z)",
    r"(?i)(?<p5>(?-u:\b)(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{16,}",
    r#"(?i)(?<p6>(?:://[^/\s:@"]{0,80}:))[^/\s:@"]{3,}(?<e6>@)|(?i)(?<p7>(?:api[_-]?key|secret(?:[_-]?(?:access)?[_-]?key)?|(?:access|auth|refresh|session)[_-]?token|password|passwd|client[_-]?secret|private[_-]?key)\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?)[A-Za-z0-9_\-./+=~!@#$%^&*]{8,}"#,
];

static ALL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&PATTERNS.map(|each| format!("(?:{each})")).join("|")).ok());

/// The text with `••••••••` for every secret in it; borrowed where there is none.
pub fn hide(text: &str) -> Cow<'_, str> {
    // Shorter than the shortest that is found.
    if text.len() < 11 {
        return Cow::Borrowed(text);
    }
    // The patterns are of this file and its tests; could they not be read, nothing would be shown.
    let Some(all) = ALL.as_ref() else { return Cow::Borrowed(HIDDEN) };
    all.replace_all(text, |found: &Captures<'_>| {
        let named = |names: &[&str]| names.iter().find_map(|name| found.name(name)).map_or("", |part| part.as_str());
        let before = named(&["p1", "p2", "p3", "p4", "p5", "p6", "p7"]);
        format!("{before}{HIDDEN}{}", named(&["e6"]))
    })
}

/// The same of every text in a value.
pub fn hide_in(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(hide(&text).into_owned()),
        Value::Array(items) => items.into_iter().map(hide_in).collect(),
        Value::Object(fields) => {
            let open = |(key, value): (String, Value)| {
                let value = match value {
                    Value::String(text) if names_one(&key) => Value::String(hide_named(&key, &text)),
                    other => hide_in(other),
                };
                (key, value)
            };
            fields.into_iter().map(open).collect()
        }
        plain => plain,
    }
}

/// Whether a name may be that of a secret: a cheap look before the one that decides.
fn names_one(key: &str) -> bool {
    ["key", "token", "secret", "pass"].iter().any(|part| contains(key, part))
}

/// The value of a field that may be known for a secret only by its name.
fn hide_named(key: &str, text: &str) -> String {
    let named = format!("{key}: {text}");
    let shown = hide(&named);
    match shown.strip_prefix(key).and_then(|rest| rest.strip_prefix(": ")) {
        Some(shown) => shown.to_owned(),
        None => hide(text).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// Made up here: the shape of each kind, and none that opens anything.
    fn planted() -> Vec<(&'static str, String)> {
        let letters = |count: usize| "aB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xY".chars().cycle().take(count).collect::<String>();
        vec![
            ("sk-", format!("sk-{}", letters(48))),
            ("sk-ant-", format!("sk-ant-api03-{}", letters(80))),
            ("sk-proj-", format!("sk-proj-{}_{}", letters(40), letters(20))),
            ("AIza", format!("AIza{}", letters(35))),
            ("gsk_", format!("gsk_{}", letters(52))),
            ("hf_", format!("hf_{}", letters(34))),
            ("ghp_", format!("ghp_{}", letters(36))),
            ("github_pat_", format!("github_pat_{}_{}", letters(22), letters(59))),
            ("xoxb-", format!("xoxb-{}-{}", "123456789012", letters(24))),
            ("AKIA", format!("AKIA{}", "Q3EGRFXYZ2ABCDEF")),
            ("eyJ", format!("eyJ{}.eyJ{}.{}", letters(20), letters(40), letters(43))),
            ("sk_live_", format!("sk_live_{}", letters(24))),
        ]
    }

    #[test]
    fn each_kind_is_hidden_and_told_by_its_beginning() {
        for (begins, secret) in planted() {
            for text in
                [secret.clone(), format!("key={secret};"), format!("{{\"x\":\"{secret}\"}}"), format!("a {secret} b")]
            {
                let shown = hide(&text);
                assert!(!shown.contains(&secret[begins.len() + 4..]), "{shown}");
                assert!(shown.contains(&format!("{begins}{HIDDEN}")), "{shown}");
            }
        }
    }

    #[test]
    fn a_password_is_known_by_its_name_and_by_its_place() {
        for (text, shown) in [
            ("password: correct-horse", "password: ••••••••"),
            ("{\"api_key\": \"0123456789\"}", "{\"api_key\": \"••••••••\"}"),
            (r#"{\"client_secret\":\"0123456789\"}"#, r#"{\"client_secret\":\"••••••••\"}"#),
            ("postgres://ana:hunter22@db/app", "postgres://ana:••••••••@db/app"),
            ("Authorization: Bearer abcdefghijklmnop1234", "Authorization: Bearer ••••••••"),
            ("DB_PASSWORD=s3cr3t-enough", "DB_PASSWORD=••••••••"),
        ] {
            assert_eq!(hide(text), shown);
        }
    }

    #[test]
    fn in_a_record_a_secret_is_known_by_its_field() {
        let record = json!({"api_key": "0123456789", "db": [{"password": "hunter22"}], "tokens": "1234567890",
                            "keyword": "delivered", "sk-x": "plain words"});
        let hidden = json!({"api_key": HIDDEN, "db": [{"password": HIDDEN}], "tokens": "1234567890",
                            "keyword": "delivered", "sk-x": "plain words"});
        assert_eq!(hide_in(record), hidden);
    }

    #[test]
    fn a_private_key_goes_whole() {
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQ\n".repeat(20);
        let text = format!("look:\n-----BEGIN RSA PRIVATE KEY-----\n{body}-----END RSA PRIVATE KEY-----\nthere");
        assert_eq!(hide(&text), format!("look:\n-----BEGIN RSA PRIVATE KEY-----{HIDDEN}\nthere"));
        let escaped = text.replace('\n', "\\n");
        assert!(!hide(&escaped).contains("MIIE"));
        let torn = format!("-----BEGIN PRIVATE KEY-----\n{body}");
        assert!(!hide(&torn).contains("MIIE"), "the end may be missing");
    }

    #[test]
    fn words_and_ids_are_left_alone() {
        for text in [
            "the password is wrong",
            "risk-free and disk-based, sk-8 is a road",
            "msg_01HkQ9Qe and req_011CSHoEeqs5C35K2UUqR7Fy",
            "toolu_01A09q90qw90lq917835lq9",
            "550e8400-e29b-41d4-a716-446655440000",
            "https://example.org:8080/path",
            "max_tokens: 100000000",
            "claude-sonnet-4-5-20250929",
            "a secret: no",
        ] {
            assert_eq!(hide(text), text);
            assert!(matches!(hide(text), Cow::Borrowed(_)));
        }
    }

    proptest! {
        #[test]
        fn a_secret_is_hidden_whatever_stands_around_it(before in "[ -~]{0,40}[ \"'=:,(\\[{]", after in "[ \"',;)\\]}][ -~]{0,40}", nth in 0usize..12) {
            let (begins, secret) = &planted()[nth];
            let text = format!("{before}{secret}{after}");
            prop_assert!(!hide(&text).contains(&secret[begins.len() + 6..]), "{}", hide(&text));
        }
    }
}
