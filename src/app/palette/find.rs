//! Which lines of the palette a text finds, and which letters of them.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::app::PaletteItem;

/// How a line was found; what is found better is more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    /// By words of what it does.
    Detail(u32),
    /// By letters of its title.
    Title(u32),
    /// Its whole name was typed, whoever provides it.
    Whole,
}

/// The lines that hold the letters, the best first; all of them in their order if there are none.
pub fn ranked(items: Vec<PaletteItem>, wanted: &str) -> Vec<PaletteItem> {
    if wanted.is_empty() {
        return items;
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = |kind| Pattern::new(wanted, CaseMatching::Ignore, Normalization::Smart, kind);
    // Letters anywhere in a sentence find every sentence: there, whole parts of words.
    let (letters, words) = (pattern(AtomKind::Fuzzy), pattern(AtomKind::Substring));
    let lower = wanted.to_lowercase();
    let mut buffer = Vec::new();
    let mut found: Vec<(Found, PaletteItem)> = Vec::new();
    for mut item in items {
        let mut hits = Vec::new();
        let title = Utf32Str::new(&item.title, &mut buffer);
        let by_title = letters.indices(title, &mut matcher, &mut hits);
        let how = if is_whole(&item.title.to_lowercase(), &lower) {
            Found::Whole
        } else if let Some(score) = by_title {
            Found::Title(score)
        } else {
            hits.clear();
            let detail = format!("{} {} {}", item.title, item.kind.word(), item.detail);
            match words.score(Utf32Str::new(&detail, &mut buffer), &mut matcher) {
                Some(score) => Found::Detail(score),
                None => continue,
            }
        };
        hits.sort_unstable();
        hits.dedup();
        item.hits = hits;
        found.push((how, item));
    }
    // The shorter of two that are found as well; what cannot be done now after what can.
    found.sort_by_key(|(how, item)| (std::cmp::Reverse(*how), item.refused.is_some(), item.title.len()));
    found.into_iter().map(|(_, item)| item).collect()
}

/// Whether all words are there, and the last is the whole name at the title's end: `what if openai/gpt-5-mini` for
/// `what if gpt-5-mini`, before `what if gpt-5-mini-2025-08-07`.
fn is_whole(title: &str, wanted: &str) -> bool {
    let mut words = wanted.split_whitespace();
    let Some(before) = words.next_back().and_then(|name| title.strip_suffix(name)) else { return false };
    (before.is_empty() || before.ends_with([' ', '/', ':', '=', '@'])) && words.all(|word| before.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Action, Kind};

    fn found(titles: &[&str], wanted: &str) -> Vec<String> {
        let item = |title: &&str| PaletteItem {
            detail: "in $PAGER".to_owned(),
            ..PaletteItem::new(Kind::Action, (*title).to_owned(), Action::Redraw)
        };
        ranked(titles.iter().map(item).collect(), wanted).into_iter().map(|item| item.title).collect()
    }

    #[test]
    fn letters_together_are_found_first() {
        let titles = ["group by route", "theme gruvbox-dark"];
        assert_eq!(found(&titles, "gru"), ["theme gruvbox-dark", "group by route"]);
        assert_eq!(found(&titles, "GRO by")[0], "group by route");
        assert_eq!(found(&["theme nord"], "xyz"), [""; 0]);
        assert_eq!(found(&["theme nord"], "thno"), ["theme nord"]);
        assert_eq!(found(&titles, ""), titles);
        let models = ["what if gpt-5.4-mini", "what if gpt-5-mini-2025-08-07", "what if openai/gpt-5-mini"];
        assert_eq!(found(&models, "what if gpt-5-mini")[0], "what if openai/gpt-5-mini", "the very name comes first");
    }

    #[test]
    fn what_it_does_finds_a_line_after_its_name() {
        assert_eq!(found(&["redraw", "pager"], "pager"), ["pager", "redraw"]);
        assert_eq!(found(&["redraw"], "pgr"), [""; 0], "not by letters of a sentence");
    }

    #[test]
    fn the_letters_that_were_found_are_told() {
        let item = PaletteItem::new(Kind::Action, "größe nach".to_owned(), Action::Redraw);
        let hits = ranked(vec![item], "nac").remove(0).hits;
        assert_eq!(hits, [6, 7, 8], "counted in characters");
    }
}
