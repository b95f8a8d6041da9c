//! The keys in force: those of the table, with what the configuration says in their place. Dispatch, footer, `?`, palette
//! and every sentence that names a key ask here.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{BINDINGS, Binding, When};
use crate::app::{Action, Code, Key};

/// Keys by the name of an action; none where it is unbound.
pub type Said = BTreeMap<String, Vec<Key>>;

/// A line of the table and the keys it has, each with where it works.
#[derive(Debug, Clone)]
struct Bound {
    binding: &'static Binding,
    keys: Vec<(Key, When)>,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Keymap(Vec<Bound>);

/// Why keys cannot be as they were said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The actions that are to blame, the last one first told of.
    pub names: Vec<String>,
    pub why: String,
}

impl Default for Keymap {
    fn default() -> Self {
        let keys = |binding: &Binding| binding.keys.iter().map(|key| (*key, binding.when)).collect();
        Self(BINDINGS.iter().map(|binding| Bound { binding, keys: keys(binding) }).collect())
    }
}

impl Keymap {
    /// The table with these keys. A key that was said takes the place of a default one; whatever is left without a key by
    /// that is told in words.
    pub fn new(said: &Said) -> Result<(Self, Vec<String>), Mistake> {
        let mut map = Self::default();
        for bound in &mut map.0 {
            if let Some(keys) = said.get(&*bound.binding.name()) {
                bound.keys = keys.iter().filter_map(|key| Some((*key, place_of(bound.binding, *key)?))).collect();
            }
        }
        for (name, keys) in said {
            let lost = keys.iter().find(|key| !map.0.iter().any(|bound| bound.is(name) && bound.has(**key)));
            if let Some(key) = lost {
                let why = format!("{key} is typed in a prompt: expected ctrl-, alt- or a key with a name");
                return Err(Mistake { names: vec![name.clone()], why });
            }
        }
        map.part(said)?;
        let lost = map.lost(said);
        map.keep_ways_out(said)?;
        Ok((map, lost))
    }

    /// Sees to it that no key does two things in one place.
    fn part(&mut self, said: &Said) -> Result<(), Mistake> {
        for one in 0..self.0.len() {
            for other in one + 1..self.0.len() {
                let (a, b) = (self.0[one].binding, self.0[other].binding);
                if a.name() == b.name() {
                    continue;
                }
                for (key, when) in self.0[one].keys.clone() {
                    let both = self.0[other].keys.iter().find(|(k, w)| *k == key && w.meets(when)).map(|(_, w)| *w);
                    let Some(both) = both.map(|other| other.and(when)) else { continue };
                    match (said.contains_key(&*a.name()), said.contains_key(&*b.name())) {
                        (true, true) => {
                            let why = format!(
                                "{key} would do two things on {}: {} ({}), and {} ({})",
                                both.words(),
                                a.name(),
                                a.hint,
                                b.name(),
                                b.hint
                            );
                            return Err(Mistake { names: vec![b.name().into_owned(), a.name().into_owned()], why });
                        }
                        (true, false) => self.0[other].give_up(key, both),
                        _ => self.0[one].give_up(key, both),
                    }
                }
            }
        }
        Ok(())
    }

    /// Lines that had a key somewhere and have lost it to another, which nobody may have meant.
    fn lost(&self, said: &Said) -> Vec<String> {
        let unsaid = self.0.iter().filter(|bound| !said.contains_key(&*bound.binding.name()));
        let lost = unsaid.filter_map(|bound| {
            let left = bound.keys.iter().fold(When::NOWHERE, |all, (_, when)| all.or(*when));
            let gone = bound.binding.when.without(left);
            if gone == When::NOWHERE || bound.binding.keys.is_empty() {
                return None;
            }
            let takes = |other: &&Bound| {
                let mut keys = other.keys.iter();
                said.contains_key(&*other.binding.name())
                    && keys.any(|(key, when)| bound.binding.keys.contains(key) && when.meets(gone))
            };
            let taker = self.0.iter().find(takes)?.binding.name();
            let name = bound.binding.name();
            Some(format!("[keys] {taker} takes the key of {name} on {}: give {name} another, or false", gone.words()))
        });
        lost.collect()
    }

    /// Whoever cannot get out, back or to the keys is stuck.
    fn keep_ways_out(&self, said: &Said) -> Result<(), Mistake> {
        for &(context, place) in When::EACH {
            for (action, what) in [(Action::Quit, "quit"), (Action::Back, "go back"), (Action::Help, "see the keys")] {
                let mut lines = BINDINGS.iter().filter(|line| line.action == action && line.when.holds(context));
                let is_bound =
                    |bound: &Bound| bound.binding.action == action && bound.keys_in(context).next().is_some();
                if lines.next().is_none() || self.0.iter().any(is_bound) {
                    continue;
                }
                let blamed = BINDINGS.iter().filter(|line| line.action == action && line.when.holds(context));
                let names = blamed.map(|line| line.name().into_owned()).filter(|name| said.contains_key(name));
                let mut names: Vec<String> = names.collect();
                if names.is_empty() {
                    names.extend(said.keys().next().cloned());
                }
                return Err(Mistake { names, why: format!("no key would be left to {what} ({place})") });
            }
        }
        Ok(())
    }

    /// What a key does in a context.
    pub fn find(&self, context: When, key: Key) -> Option<&'static Binding> {
        self.0.iter().find(|bound| bound.keys_in(context).any(|bound| bound == key)).map(|bound| bound.binding)
    }

    /// Every line that works in a context, with its keys there.
    pub fn lines(&self, context: When) -> impl Iterator<Item = (&'static Binding, Vec<Key>)> {
        let here = self.0.iter().filter(move |bound| bound.binding.when.holds(context));
        here.map(move |bound| (bound.binding, bound.keys_in(context).collect()))
    }

    /// Every line of the table with all its keys.
    pub fn all(&self) -> impl Iterator<Item = (&'static Binding, Vec<Key>)> {
        self.0.iter().map(|bound| {
            let mut keys: Vec<Key> = Vec::new();
            for (key, _) in &bound.keys {
                if !keys.contains(key) {
                    keys.push(*key);
                }
            }
            (bound.binding, keys)
        })
    }

    /// The keys of an action, wherever it works.
    pub fn keys_of(&self, name: &str) -> Vec<Key> {
        let mut keys = Vec::new();
        for (key, _) in self.0.iter().filter(|bound| bound.is(name)).flat_map(|bound| &bound.keys) {
            if !keys.contains(key) {
                keys.push(*key);
            }
        }
        keys
    }

    /// The first key of an action in a context, else anywhere.
    pub fn key(&self, name: &str, context: When) -> Option<Key> {
        let named = || self.0.iter().filter(|bound| bound.is(name));
        let here = named().find_map(|bound| bound.keys_in(context).next());
        here.or_else(|| named().find_map(|bound| bound.keys.first().map(|(key, _)| *key)))
    }

    /// A sentence in which `{pause}` stands for the key that pauses; without one, for its name in the palette.
    pub fn fill<'t>(&self, text: &'t str, context: When) -> Cow<'t, str> {
        let mut out = Cow::Borrowed(text);
        for name in named_in(text) {
            let key = self.key(name, context).map(|key| key.to_string());
            let written = key.unwrap_or_else(|| match self.key("palette", context) {
                Some(palette) => format!("{palette}{name}"),
                None => name.to_owned(),
            });
            out = out.replace(&format!("{{{name}}}"), &written).into();
        }
        out
    }
}

/// The names of actions that a sentence holds in braces.
fn named_in(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split('{').skip(1).filter_map(|part| part.split_once('}'));
    parts.map(|(name, _)| name).filter(|name| names().any(|known| known == *name))
}

/// The name of every action that can be bound, in the order of the table.
pub fn names() -> impl Iterator<Item = Cow<'static, str>> {
    let first = |(nth, binding): &(usize, &'static Binding)| {
        let name = binding.name();
        !BINDINGS[..*nth].iter().any(|before| before.name() == name)
    };
    BINDINGS.iter().enumerate().filter(first).map(|(_, binding)| binding.name())
}

/// Where a key that was said for an action works: a key that a line of that name has by default stays on that line, a new
/// one goes to all of them; a letter never to a prompt.
fn place_of(binding: &Binding, key: Key) -> Option<When> {
    let name = binding.name();
    let is_default = BINDINGS.iter().any(|line| line.keys.contains(&key) && line.name() == name);
    if is_default && !binding.keys.contains(&key) {
        return None;
    }
    let is_typed = matches!(key, Key { code: Code::Char(_), ctrl: false, alt: false });
    // Half of an action's places is worse than none: `interrupt` that ends the program only on some screens.
    (!is_typed || !binding.when.meets(When::PROMPTS)).then_some(binding.when)
}

impl Bound {
    fn is(&self, name: &str) -> bool {
        self.binding.name() == name
    }

    fn has(&self, key: Key) -> bool {
        self.keys.iter().any(|(bound, _)| *bound == key)
    }

    fn keys_in(&self, context: When) -> impl Iterator<Item = Key> {
        self.keys.iter().filter(move |(_, when)| when.holds(context)).map(|(key, _)| *key)
    }

    fn give_up(&mut self, key: Key, place: When) {
        for (bound, when) in &mut self.keys {
            if *bound == key {
                *when = when.without(place);
            }
        }
        self.keys.retain(|(_, when)| *when != When::NOWHERE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keys::spell::parse;

    fn said(lines: &[(&str, &[&str])]) -> Said {
        let keys = |keys: &[&str]| keys.iter().map(|key| parse(key).unwrap()).collect();
        lines.iter().map(|(name, list)| ((*name).to_owned(), keys(list))).collect()
    }

    fn does(map: &Keymap, context: When, key: &str) -> Option<String> {
        map.find(context, parse(key).unwrap()).map(|binding| binding.name().into_owned())
    }

    #[test]
    fn all_defaults_said_again_change_nothing() {
        let plain = Keymap::default();
        let again: Said = names().map(|name| (name.to_string(), plain.keys_of(&name))).collect();
        let (map, lost) = Keymap::new(&again).unwrap();
        assert_eq!(lost, Vec::<String>::new());
        for &(context, _) in When::EACH {
            let lines = |map: &Keymap| map.lines(context).map(|(line, keys)| (line.help, keys)).collect::<Vec<_>>();
            assert_eq!(lines(&map), lines(&plain));
        }
    }

    #[test]
    fn a_name_is_one_action() {
        for (nth, line) in BINDINGS.iter().enumerate() {
            let name = line.name();
            assert!(
                !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || "-0123456789".contains(c)),
                "{name}"
            );
            for other in BINDINGS[..nth].iter().filter(|other| other.name() == name) {
                assert_eq!(other.action, line.action, "{name}");
            }
        }
    }

    #[test]
    fn what_is_said_takes_the_place_of_defaults() {
        let (map, lost) =
            Keymap::new(&said(&[("pause", &["P"]), ("next-theme", &[]), ("filter", &["/", "ctrl-f"])])).unwrap();
        assert_eq!(does(&map, When::MODELS, "P").as_deref(), Some("pause"));
        assert_eq!(does(&map, When::CALLS, "p"), None);
        assert_eq!(does(&map, When::CALLS, "space"), None);
        assert_eq!(does(&map, When::CALLS, "t"), None);
        assert_eq!(does(&map, When::CALLS, "ctrl-f").as_deref(), Some("filter"));
        assert_eq!(does(&map, When::CALL, "ctrl-f").as_deref(), Some("page-down"), "there is no filter on a call");
        assert_eq!(does(&map, When::FILTER, "ctrl-f").as_deref(), Some("prompt-right"));
        assert_eq!(lost.len(), 3, "both lines of templates have lost their key, and path: {lost:?}");
        assert!(lost[0].contains("pause takes the key of templates on Models"), "{}", lost[0]);
    }

    #[test]
    fn sentences_name_the_keys_in_force() {
        let (map, _) = Keymap::new(&said(&[("pause", &["P"]), ("mask", &[]), ("next-pane", &["ctrl-n"])])).unwrap();
        let fill = |text: &str| map.fill(text, When::CALLS).into_owned();
        assert_eq!(fill("{pause} stops, {next-pane} goes on"), "P stops, ^n goes on");
        assert_eq!(fill("{mask} shows it"), ":mask shows it", "what has no key has a name");
        assert_eq!(fill("{no such thing} {"), "{no such thing} {");
    }

    #[test]
    fn what_would_leave_somebody_stuck_is_refused() {
        for (lines, blamed, part) in [
            (&[("quit", &["x"][..]), ("zoom", &["x"])][..], &["quit", "zoom"][..], "x would do two things on"),
            (&[("interrupt", &[])], &["interrupt"], "no key would be left to quit"),
            (&[("interrupt", &["Q"])], &["interrupt"], "typed in a prompt"),
            (&[("prompt-left", &["h"])], &["prompt-left"], "typed in a prompt"),
            (&[("help", &[])], &["help"], "see the keys"),
            (&[("back", &[])], &["back"], "go back"),
            (&[("pause", &["esc", "backspace"])], &["pause"], "go back"),
        ] {
            let mistake = Keymap::new(&said(lines)).expect_err(part);
            assert!(mistake.why.contains(part), "{mistake:?}");
            assert_eq!(mistake.names, blamed);
        }
    }
}
