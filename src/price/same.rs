//! Whether a name that the catalogue's rules take for a model is that model's. The rules go by how a name begins, so that
//! they also take the next version for the last one, and a variant at another price for the plain model. What follows the
//! model's own name must be what providers add without a change of price: a date, a stage, an effort.

/// Words that change no price: stages, efforts of reasoning, sizes of a context window that has one price.
const SAME: [&str; 21] = [
    "latest",
    "stable",
    "preview",
    "exp",
    "experimental",
    "beta",
    "thinking",
    "reasoning",
    "minimal",
    "low",
    "medium",
    "high",
    "xhigh",
    "max",
    "none",
    "instruct",
    "chat",
    "it",
    "1m",
    "200k",
    "128k",
];

/// Whether `asked` can be another name of the model `id` and of nothing else. What the catalogue knows by a name that
/// is not its own (`gemini-flash-latest`) is its business.
pub(super) fn is_same(asked: &str, id: &str) -> bool {
    let (asked, id) = (plain(asked), plain(id));
    let Some(at) = asked.find(&id).filter(|at| *at == 0 || asked.as_bytes()[at - 1] == b'-') else { return true };
    let rest = &asked[at + id.len()..];
    if rest.is_empty() {
        return true;
    }
    let Some(rest) = rest.strip_prefix('-') else { return false };
    let tokens: Vec<&str> = rest.split('-').filter(|token| !token.is_empty()).collect();
    let mut left = tokens.as_slice();
    while let [token, more @ ..] = left {
        left = match (Kind::of(token), more) {
            (Kind::Word, _) if SAME.contains(token) => more,
            // `2025-09-29` and `20250929`, `0613`, `05-06`.
            (Kind::Digits(4), [month, day, more @ ..]) if is_pair(month, day) => more,
            (Kind::Digits(4 | 6 | 8), _) => more,
            (Kind::Digits(2), [day, more @ ..]) if is_pair(token, day) => more,
            // `v1:0`, as Bedrock counts.
            (Kind::Version, [minor, more @ ..]) if Kind::of(minor) == Kind::Digits(1) => more,
            (Kind::Version, _) => more,
            _ => return false,
        };
    }
    true
}

fn is_pair(one: &str, two: &str) -> bool {
    [one, two].iter().all(|token| matches!(Kind::of(token), Kind::Digits(2 | 4)))
}

/// In lower case, with one sign between its parts.
fn plain(name: &str) -> String {
    let bare = name.rsplit('/').next().unwrap_or(name);
    let sign = |char: char| if char.is_ascii_alphanumeric() { char.to_ascii_lowercase() } else { '-' };
    bare.chars().map(sign).collect::<String>().trim_end_matches('-').to_owned()
}

#[derive(Debug, PartialEq)]
enum Kind {
    Word,
    /// So many.
    Digits(usize),
    Version,
}

impl Kind {
    fn of(token: &str) -> Self {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number(token) {
            Self::Digits(token.len())
        } else if token.strip_prefix('v').is_some_and(is_number) {
            Self::Version
        } else {
            Self::Word
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_stages_and_efforts_are_the_same_model_and_versions_and_variants_are_not() {
        for (asked, id, same) in [
            ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5", true),
            ("claude-sonnet-4-5@20250929", "claude-sonnet-4-5", true),
            ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5", true),
            ("anthropic/claude-sonnet-4.5:thinking", "claude-sonnet-4-5", true),
            ("claude-sonnet-4-5[1m]", "claude-sonnet-4-5", true),
            ("gpt-4o-2024-08-06", "gpt-4o", true),
            ("gpt-4-0613", "gpt-4", true),
            ("gemini-2.5-pro-preview-05-06", "gemini-2.5-pro", true),
            ("gemini-2.5-flash-preview-09-2025", "gemini-2.5-flash", true),
            ("gpt-5-codex-high", "gpt-5-codex", true),
            ("gemini-flash-latest", "gemini-2.5-flash", true),
            ("claude-opus-4-55", "claude-opus-4-5", false),
            ("claude-sonnet-4-7", "claude-sonnet-4", false),
            ("claude-2.9", "claude-2", false),
            ("gemini-2.5-pro-xyz", "gemini-2.5-pro", false),
            ("deepseek/deepseek-chat:free", "deepseek-chat", false),
            ("claude-3-5-sonnet-banana", "claude-3-5-sonnet", false),
        ] {
            assert_eq!(is_same(asked, id), same, "{asked} {id}");
        }
    }
}
