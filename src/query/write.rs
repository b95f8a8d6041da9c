//! A filter's terms as text: what a rule's evidence, a key and a drawer add to it.

/// A value as the grammar reads it back: quoted where it holds a blank, a comma, a bracket or a quote.
pub fn quote(value: &str) -> String {
    let bare = !value.is_empty()
        && (value == crate::store::NONE
            || !value.contains(|c: char| c.is_whitespace() || c.is_control() || ",()\"".contains(c)));
    if bare { value.to_owned() } else { format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")) }
}

/// `key=a,b`.
pub fn term(key: &str, values: &[String]) -> String {
    format!("{key}={}", values.iter().map(|value| quote(value)).collect::<Vec<_>>().join(","))
}

/// `key=value`.
pub fn only(key: &str, value: &str) -> String {
    format!("{key}={}", quote(value))
}
