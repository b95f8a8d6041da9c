//! A filter's text as chips, its terms at the top level: what `Esc` takes back one by one, and what `=`, `!` and the
//! drawer add, change and remove. Everything stays text of the one grammar.

pub use crate::query::write::{quote, term};

/// The terms that are joined by *and*, as they were typed. With an `or` between them the whole text is one chip.
pub fn split(text: &str) -> Vec<String> {
    let words = words(text);
    if has_or(&words) { vec![text.trim().to_owned()] } else { words }
}

/// What blanks outside quotes and brackets separate.
fn words(text: &str) -> Vec<String> {
    let mut chips = Vec::new();
    let mut chip = String::new();
    let mut depth = 0_usize;
    let (mut quoted, mut escaped) = (false, false);
    for c in text.chars() {
        if quoted {
            quoted = escaped || c != '"';
            escaped = c == '\\' && !escaped;
        } else {
            match c {
                '"' => quoted = true,
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ if c.is_whitespace() && depth == 0 => {
                    if !chip.is_empty() {
                        chips.push(std::mem::take(&mut chip));
                    }
                    continue;
                }
                _ => {}
            }
        }
        chip.push(c);
    }
    if !chip.is_empty() {
        chips.push(chip);
    }
    chips
}

fn has_or(words: &[String]) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case("or"))
}

/// The text of a list of chips. One that holds a bare `or` is put in brackets beside others.
pub fn join(chips: &[String]) -> String {
    if let [one] = chips {
        return one.clone();
    }
    let bracketed = |chip: &String| if has_or(&words(chip)) { format!("({chip})") } else { chip.clone() };
    chips.iter().map(bracketed).collect::<Vec<_>>().join(" ")
}

/// `text` with `term` added, unless it is there already.
pub fn with(text: &str, term: &str) -> String {
    let mut chips = split(text);
    if !chips.iter().any(|chip| chip == term) {
        chips.push(term.to_owned());
    }
    join(&chips)
}

/// What a term leaves out.
pub fn negated(term: &str) -> String {
    match (words(term).as_slice(), term.strip_prefix('-')) {
        ([_], Some(rest)) => rest.to_owned(),
        ([_], None) => format!("-{term}"),
        _ => format!("-({term})"),
    }
}

/// The text without a last term that says of what but not yet which: `is:error model:` is `is:error`.
pub fn finished(text: &str) -> &str {
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let key = word.trim_start_matches(['-', '(']).trim_end_matches([':', '=', '<', '>', '~']);
    let is_begun = word.ends_with([':', '=', '<', '>', '~']) && !key.is_empty();
    if is_begun && key.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
        return text[..text.len() - word.len()].trim_end();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Stamp;
    use crate::query::{Filter, parse};

    #[test]
    fn chips_are_the_terms_at_the_top() {
        for (text, chips) in [
            ("", vec![]),
            ("model:opus  cost>0.05", vec!["model:opus", "cost>0.05"]),
            ("route:\"a b\",c (is:error or took>2s) -x", vec!["route:\"a b\",c", "(is:error or took>2s)", "-x"]),
            ("model:a or model:b", vec!["model:a or model:b"]),
            (r#""a \" b" c"#, vec![r#""a \" b""#, "c"]),
        ] {
            assert_eq!(split(text), chips, "{text}");
        }
    }

    #[test]
    fn a_term_is_turned_round_and_back() {
        for (term, not) in [
            ("model=x", "-model=x"),
            ("-has:cost", "has:cost"),
            ("a b", "-(a b)"),
            ("user=\"a b\"", "-user=\"a b\""),
            ("-is:override has:override", "-(-is:override has:override)"),
        ] {
            assert_eq!(negated(term), not);
        }
    }

    #[test]
    fn a_term_beside_an_or_keeps_the_meaning() {
        assert_eq!(with("a or b", "model=x"), "(a or b) model=x");
        assert_eq!(with("model=x", "model=x"), "model=x");
    }

    proptest::proptest! {
        #[test]
        fn splitting_and_joining_keep_the_meaning(
            terms in proptest::collection::vec("(-?(model[:=](a|\"b c\"|\\(none\\))|is:error|cost>1|\\(a or b\\)|\"x, y\"|or|w))", 0..6)
        ) {
            let text = terms.join(" ");
            if let Ok(filter) = parse(&text, Stamp(0)) {
                proptest::prop_assert_eq!(parse(&join(&split(&text)), Stamp(0)).unwrap(), filter.clone());
                let more = with(&text, "route=\"é, (x)\"");
                let both = filter.and(parse("route=\"é, (x)\"", Stamp(0)).unwrap());
                proptest::prop_assert_eq!(flat(parse(&more, Stamp(0)).unwrap()), flat(both));
            }
        }

        #[test]
        fn any_name_is_read_back(name in "\\PC{1,12}") {
            let text = term("model", std::slice::from_ref(&name));
            let filter = parse(&text, Stamp(0)).unwrap();
            let Filter::Named { names, .. } = filter else { panic!("{text}") };
            proptest::prop_assert_eq!(names.any, vec![name.to_lowercase()]);
        }
    }

    /// Nested ands and repeated terms say the same as flat ones.
    fn flat(filter: Filter) -> Vec<Filter> {
        match filter {
            Filter::All => vec![],
            Filter::And(parts) => {
                let mut all: Vec<Filter> = parts.into_iter().flat_map(flat).collect();
                all.dedup();
                all
            }
            one => vec![one],
        }
    }

    #[test]
    fn a_term_that_is_only_begun_is_not_asked_for_yet() {
        for (typed, asked) in [
            ("is:error model:", "is:error"),
            ("cost>", ""),
            ("-route:", ""),
            ("is:error model:cl", "is:error model:cl"),
            ("timeout", "timeout"),
            ("why?:", "why?:"),
            ("", ""),
        ] {
            assert_eq!(finished(typed), asked, "{typed}");
        }
    }
}
