//! Names of filters inside a filter: `@slow-opus cost>1` with the text that `@slow-opus` stands for.

/// Whether a letter may be part of a filter's name.
pub fn is_of_a_name(c: char) -> bool {
    c.is_alphanumeric() || "-_.".contains(c)
}

/// Writes out the names that are known; anything else that begins with `@` is text to look for, as an address is.
pub fn expand<'s>(text: &str, known: impl Fn(&str) -> Option<&'s str>) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut quoted, mut escaped, mut begins) = (false, false, true);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (name, after) = name_at(rest);
        if let Some(filter) = known(name).filter(|_| begins && !quoted && !name.is_empty()) {
            // Beside others an `or` must not take them in, and a *not* must mean all of it.
            let is_whole = out.trim().is_empty() && after.trim().is_empty();
            let in_brackets = out.ends_with('-') || !is_whole && has_or(filter);
            if in_brackets {
                out.extend(["(", filter, ")"]);
            } else {
                out.push_str(filter);
            }
            (rest, begins) = (after, false);
            continue;
        }
        if quoted {
            quoted = escaped || c != '"';
            escaped = c == '\\' && !escaped;
        } else {
            quoted = c == '"';
            begins = c.is_whitespace() || c == '(' || c == '-' && begins;
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// The first name in a filter that is not known but looks like one that is: a slip, and no address.
pub fn slip<'n>(text: &str, names: &(impl Iterator<Item = &'n str> + Clone)) -> Option<(String, &'n str)> {
    text.split_whitespace().find_map(|word| {
        let (name, _) = name_at(word.trim_start_matches(['-', '(']));
        let near = names.clone().find(|known| crate::model::text::is_near(name, known))?;
        (!name.is_empty() && names.clone().all(|known| known != name)).then(|| (name.to_owned(), near))
    })
}

/// The name at the beginning of a text, and what follows it; an empty name is none.
fn name_at(text: &str) -> (&str, &str) {
    let Some(rest) = text.strip_prefix('@') else { return ("", text) };
    let end = rest.find(|c| !is_of_a_name(c)).unwrap_or(rest.len());
    if rest[end..].starts_with(|c: char| !c.is_whitespace() && c != ')') {
        return ("", text);
    }
    (&rest[..end], &rest[end..])
}

fn has_or(filter: &str) -> bool {
    filter.split_whitespace().any(|word| word.eq_ignore_ascii_case("or"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> Option<&'static str> {
        [("slow", "model:opus took>8s"), ("bad", "is:error or is:override")]
            .into_iter()
            .find(|(n, _)| *n == name)
            .map(|(_, f)| f)
    }

    #[test]
    fn a_name_stands_for_its_filter() {
        for (text, meant) in [
            ("@slow", "model:opus took>8s"),
            ("@bad", "is:error or is:override"),
            (" @bad ", " is:error or is:override "),
            ("route:x @slow", "route:x model:opus took>8s"),
            ("route:x @bad", "route:x (is:error or is:override)"),
            ("-@slow", "-(model:opus took>8s)"),
            ("(@bad or route:y)", "((is:error or is:override) or route:y)"),
            ("@example.com @slower user:a@slow \"x @slow\"", "@example.com @slower user:a@slow \"x @slow\""),
            (r#""a \" @slow" @slow"#, r#""a \" @slow" model:opus took>8s"#),
            ("@ @slow,x", "@ @slow,x"),
        ] {
            assert_eq!(expand(text, known), meant, "{text}");
        }
    }

    #[test]
    fn a_slip_of_a_name_is_known_from_an_address() {
        let names = || ["slow-opus", "bad"].into_iter();
        assert_eq!(slip("cost>1 -@slow-opsu", &names()), Some(("slow-opsu".to_owned(), "slow-opus")));
        assert_eq!(slip("@slow-opus @example.com slow-opsu", &names()), None);
    }
}
