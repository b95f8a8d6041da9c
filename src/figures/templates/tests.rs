use super::*;
use crate::model::{Call, Scribe, SourceId, Span, Stamp, Usd};
use crate::price::Catalog;
use crate::store::{SourceCard, Unobserved};
use proptest::prelude::*;

/// A frame as people read it.
fn words(frame: &[Option<Box<str>>]) -> String {
    frame.iter().map(|word| word.as_deref().unwrap_or("*")).collect::<Vec<_>>().join(" ")
}

/// Each template as `system | head … tail`, and how many calls it has.
fn learnt(calls: &[(&str, String)]) -> Vec<(String, usize)> {
    let learnt = learn(calls);
    let text = |template: &Template| {
        let parts = [
            words(&template.head),
            if template.is_open { "…".to_owned() } else { String::new() },
            words(&template.tail),
        ];
        let prompt = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        if template.name == OTHER { OTHER.to_owned() } else { format!("{} | {prompt}", words(&template.system)) }
    };
    let each = learnt.templates.iter().enumerate();
    each.map(|(at, template)| (text(template), learnt.calls(at as u32).count())).collect()
}

fn learn(calls: &[(&str, String)]) -> Learnt {
    let mut learner = Learner::default();
    for (row, (system, prompt)) in calls.iter().enumerate() {
        let asked = Asked { system: (*system).to_owned(), prompt: prompt.clone(), is_hashed: false };
        learner.add(row as u32, Some(Sketch::of(&asked)));
    }
    learner.learn()
}

/// Words that no two texts have in the same order.
fn noise(seed: usize, len: usize) -> String {
    const WORDS: [&str; 12] =
        ["the", "river", "of", "a", "cold", "morning", "stone", "and", "bread", "in", "light", "slow"];
    let mut state = seed as u64 * 2 + 1;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        WORDS[(state >> 33) as usize % WORDS.len()]
    };
    (0..len).map(|_| word()).collect::<Vec<_>>().join(" ")
}

#[test]
fn templates_are_told_apart_by_what_stays() {
    let mut calls = Vec::new();
    for nth in 0..30 {
        calls.push(("", format!("Summarise the following article in three points: {}", noise(nth, 40 + nth))));
        calls.push(("", format!("Write a reply to ticket #{nth} of customer c{nth}@example.com please")));
        calls.push(("", format!("{} Answer with one word: yes or no.", noise(nth + 500, 60))));
        calls.push(("You are a router. Today is 2026-01-05.", noise(nth + 900, 12)));
        calls.push(("You are a router. Today is 2026-01-06.", noise(nth + 700, 12)));
    }
    calls.push(("", "My password is hunter".to_owned()));
    let mut found = learnt(&calls);
    found.sort();
    assert_eq!(
        found,
        [
            (" | Summarise the following article in three points: …".to_owned(), 30),
            (" | Write a reply to ticket * of customer * please".to_owned(), 30),
            (" | … Answer with one word: yes or no.".to_owned(), 30),
            ("You are a router. Today is * | …".to_owned(), 60),
            (OTHER.to_owned(), 1),
        ]
    );
}

#[test]
fn a_variable_of_a_few_values_makes_no_template_of_each() {
    let languages = ["French", "German", "Swedish", "Finnish"];
    let calls: Vec<_> = (0..40)
        .map(|nth| ("", format!("Translate this into {} and keep the tone: {}", languages[nth % 4], noise(nth, 30))))
        .collect();
    assert_eq!(learnt(&calls), [(" | Translate this into * and keep the tone: …".to_owned(), 40)]);
}

#[test]
fn free_text_is_no_template_however_often_it_begins_alike() {
    let calls: Vec<_> = (0..200).map(|nth| ("", format!("The {}", noise(nth, 25)))).collect();
    let found = learnt(&calls);
    let largest = found.iter().map(|(_, calls)| *calls).max();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(largest, Some(200));
}

#[test]
fn the_same_prompt_again_and_again_is_a_template() {
    let calls: Vec<_> = (0..5).map(|_| ("", "ping".to_owned())).collect();
    assert_eq!(learnt(&calls), [(" | ping".to_owned(), 5)]);
    assert_eq!(learnt(&calls[..2]), [(OTHER.to_owned(), 2)], "two are too few to show their words");
}

#[test]
fn new_calls_are_learnt_with_the_old_ones_and_words_come_back() {
    let (mut learner, mut rows) = (Learner::default(), 0..);
    let mut take = |learner: &mut Learner, prompts: &[&str]| {
        for prompt in prompts {
            let asked = Asked { prompt: (*prompt).to_owned(), ..Asked::default() };
            learner.add(rows.next().unwrap(), Some(Sketch::of(&asked)));
        }
        learner.learn().templates.iter().map(|template| words(&template.head)).collect::<Vec<_>>()
    };
    assert_eq!(take(&mut learner, &["check the door", "check the lamp"]), [""]);
    // Of "check" and "the", which two calls have, no text was kept: they were in no template.
    assert_eq!(take(&mut learner, &["check the roof", "check the wall"]), ["check the"]);
}

/// Prompts of a few templates with private words, and which words may be shown.
fn prompts() -> impl Strategy<Value = Vec<String>> {
    let private = "[a-z]{5,9}";
    let one = prop_oneof![
        private.prop_map(|word| format!("Tell me about {word} in short")),
        (private, private).prop_map(|(one, other)| format!("Compare {one} with {other}")),
        prop::collection::vec(private, 1..40).prop_map(|words| words.join(" ")),
        Just("ping".to_owned()),
    ];
    prop::collection::vec(one, 0..40)
}

proptest! {
    #[test]
    fn the_order_of_calls_is_nothing_to_the_groups(prompts in prompts(), seed in any::<u64>()) {
        let mut order: Vec<usize> = (0..prompts.len()).collect();
        order.sort_by_key(|nth| (*nth as u64 ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let group = |order: &[usize]| {
            let calls: Vec<(&str, String)> = order.iter().map(|nth| ("", prompts[*nth].clone())).collect();
            let learnt = learn(&calls);
            let mut groups: Vec<(Template, Vec<usize>)> = learnt.templates.iter().enumerate().map(|(at, template)| {
                let mut calls: Vec<usize> = learnt.calls(at as u32).map(|row| order[row as usize]).collect();
                calls.sort_unstable();
                (template.clone(), calls)
            }).collect();
            groups.sort_by(|a, b| (&a.0.name, &a.1).cmp(&(&b.0.name, &b.1)));
            groups
        };
        let straight: Vec<usize> = (0..prompts.len()).collect();
        prop_assert_eq!(group(&straight), group(&order));
    }

    #[test]
    fn no_word_of_fewer_than_three_calls_is_kept(prompts in prompts()) {
        let calls: Vec<(&str, String)> = prompts.iter().map(|prompt| ("", prompt.clone())).collect();
        let learnt = learn(&calls);
        for template in &learnt.templates {
            for word in template.head.iter().chain(&template.tail).flatten() {
                let calls = prompts.iter().filter(|prompt| prompt.split(' ').any(|known| *known == **word)).count();
                prop_assert!(calls >= 3, "{} is of {} calls", word, calls);
            }
            prop_assert!(template.head.len() <= 32 && template.tail.len() <= 16);
        }
        prop_assert_eq!(learnt.of.len(), prompts.len(), "each call is somewhere, and once");
    }

    #[test]
    fn the_sums_are_those_of_the_scope(calls in prop::collection::vec((0_u8..5, prop::option::of(0_i64..9_000_000)), 0..60)) {
        let mut store = Store::default();
        store.add_source(SourceId(0), SourceCard::default());
        let (mut scribe, mut learner) = (Scribe::new(SourceId(0)), Learner::default());
        for (nth, (kind, cost)) in calls.iter().enumerate() {
            let call = Call { at: Stamp(nth as i64), logged_cost: cost.map(Usd), model: Some("m".into()), ..Call::default() };
            scribe.write(&call, nth as u64 + 1, Span { at: nth as u64, len: 1 });
            let prompt = ["ping", "Tell me a joke now", "once only"][usize::from(*kind) % 3].to_owned();
            match kind {
                0 => {}
                1 => learner.add(nth as u32, None),
                _ => learner.add(nth as u32, Some(Sketch::of(&Asked { prompt, ..Asked::default() }))),
            }
        }
        store.absorb(scribe.take(), &mut Catalog::default(), &mut Unobserved);
        let scope = Scope { since: Some(Stamp(10)), ..Scope::default() };
        let learnt = learner.learn();
        let found = Templates::fold(&store, &scope, &learnt);
        let board = crate::figures::Board::fold(&store, scope.clone(), None);
        let mut sum = Stats::default();
        found.lines.iter().for_each(|line| sum.merge(&line.stats));
        prop_assert_eq!((sum.calls, sum.cost, sum.tokens), (board.total.calls, board.total.cost, board.total.tokens));
        let seen = |row: u32| scope.keeps(store.row(row)) && learnt.has_seen(row);
        prop_assert_eq!(found.seen, (0..store.len()).filter(|row| seen(*row)).count() as u64);
    }
}

#[test]
fn where_only_hashes_are_logged_calls_are_told_apart_by_that_of_the_system_prompt() {
    let mut learner = Learner::default();
    for row in 0..8 {
        let record = serde_json::json!({"system_prompt_hash": if row < 4 { "9f3a01b2c3" } else { "77aa01b2c3" }});
        learner.add(row, sketch_of(None, &[record]));
    }
    let learnt = learner.learn();
    let mut systems: Vec<String> = learnt.templates.iter().map(|template| words(&template.system)).collect();
    systems.sort();
    assert_eq!(systems, ["prompt with hash 77aa01b2", "prompt with hash 9f3a01b2"]);
}

#[test]
fn a_value_that_is_frequent_makes_no_template_of_its_own_beside_the_others() {
    let name = |nth: usize| if nth.is_multiple_of(2) { "Anna".to_owned() } else { noise(nth, 1) + "son" };
    let calls: Vec<_> =
        (0..60).map(|nth| ("", format!("Write a friendly letter to {} about the invoice", name(nth)))).collect();
    assert_eq!(learnt(&calls), [(" | Write a friendly letter to * about the invoice".to_owned(), 60)]);
}

#[test]
fn a_variable_of_several_words_is_one() {
    let who = ["Nordkök AB", "Gußwerk", "Van Dam & Zn", "Porcelana Sp."];
    let calls: Vec<_> =
        (0..80).map(|nth| ("", format!("Extract the table of {nth} from {} and file it.", who[nth % 4]))).collect();
    assert_eq!(learnt(&calls), [(" | Extract the table of * from * and file it.".to_owned(), 80)]);
}
