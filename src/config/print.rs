//! The whole configuration as a file: every setting as it is now, with what it means. Read back it is the same.

use std::fmt::{self, Write};

use super::Config;
use super::ThemeChoice;
use super::alerts::Alerts;
use super::columns::Columns;
use super::stakes::Said;
use crate::figures::Stakes;
use crate::figures::budget::Budget;
use crate::figures::objective::{Goal, Objective, span_word};
use crate::ingest::format::Cached;
use crate::ingest::format::fields::OwnFormat;
use crate::model::text::quoted;
use crate::rules::{RULES, Severity};

/// Where the comments of a section's lines begin.
const COMMENT: usize = 28;

const HEAD: &str = "\
# callscope's settings as they are now: what ./callscope.toml says, else the one in the user's config folder, else the
# defaults. Each line may stand in either file; one that is left out keeps its default.
";

/// What a section may hold that this configuration has none of.
const FORMATS: &str = "
# [formats.NAME]: a log whose fields cannot be guessed. Keys are meanings, values the paths of the fields.
# [formats.acme]
# match = \"acme_trace\"       # a field that only its records have; or table = \"…\", file = \"…\"
# time = \"ts\"
# model = \"llm.model\"
# latency = \"took (seconds)\"
# cached = \"inside\"          # whether cached tokens are counted inside the input or beside it
";
const PRICES: &str = "
# [prices]: of models that the catalogue does not know, or knows wrongly; dollars per million tokens.
# [prices]
# \"qwen3-coder\" = \"free\"
# \"gpt-prod\" = { like = \"openai/gpt-5\" }
# \"acme-large\" = { input = 2.0, output = 8.0, cache_read = 0.2 }
";
const CURRENCY: &str = "
# [currency]: costs are shown in it too, at this rate; no network is asked for one.
# [currency]
# code = \"SEK\"
# rate = 10.4
# date = 2026-11-01
";
const BUDGETS: &str = "
# [[budgets]]: what the calls of a filter may use in a period of the local calendar.
# [[budgets]]
# name = \"team\"
# usd = 50.0                 # or tokens = 20_000_000
# per = \"day\"                # hour, day, week (from Monday), month
# filter = \"project=acme\"    # all calls without it
# warn = [0.5, 0.8, 1.0]     # told when so much of it is spent
";
const OBJECTIVES: &str = "
# [[objectives]]: how many of the calls of a filter may be bad, over the last days.
# [[objectives]]
# name = \"chat works\"
# error_rate = 0.02          # or override_rate = 0.05, or latency = { p = 0.95, under = \"8s\" }
# per = \"30d\"                # 30m to 92d
# filter = \"route=chat\"
";

const COLUMNS: &str = "
# [columns]: of the calls' table, in their order; without it they follow the room there is. What c chooses goes before it.
# [columns]
# calls = [\"time\", \"model\", \"cost\", \"took\", \"status\"]
";
const TRUST: &str = "
# [trust]: what the threshold of the Routes screen is weighed by.
# [trust]
# escalation_usd = 0.5       # what a call costs more that goes to a person, or to a better model
# wrong_usd = 4.0            # what a wrong call costs that is accepted
# alpha = [0.01, 0.02, 0.05, 0.1]   # shares of wrong calls that % looks for a threshold for
";
const FILTERS: &str = "
# [filters]: names for filters; in every filter, and after --filter, @slow-opus stands for the first.
# [filters]
# slow-opus = \"model:opus took>8s\"
";
const KEYS: &str = "
# [keys]: a key by its name (P, ctrl-p, alt-left, f5, space, enter, page-up), several as [\"P\", \"ctrl-p\"], none as
# false. A key that is given to one action is taken from what has it by default; lines after # are the defaults.
[keys]
";
const LAYOUT: &str = "
# [layout]: columns and rows.
[layout]
";
const ALERTS: &str = "
# [alerts]: who is told of a new finding besides the screen. What runs or sends is only read from the user's own file, or
# from one that --config names, and never from the folder's.
# [alerts]
# bell = true                # the terminal's bell, for what is high
# notify = true              # a notification of the terminal (OSC 9), for what is high, while one looks elsewhere
# [alerts.high]              # or medium, low
# command = [\"notify-send\", \"callscope\"]   # without a shell; the finding comes as JSON on standard input
# webhook = \"https://example.org/hook\"        # the finding is posted to it as JSON
";

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEAD)?;
        let theme = match &self.theme {
            None => quoted("default"),
            Some(ThemeChoice::One(name)) => quoted(name),
            Some(ThemeChoice::Either { dark, light }) => {
                format!("{{ dark = {}, light = {} }}", quoted(dark), quoted(light))
            }
        };
        line(f, "theme", &theme, "one of `callscope themes`, or { dark = \"nord\", light = \"solarized-light\" }")?;
        let graphs = quoted(self.graphs.as_deref().unwrap_or("auto"));
        line(f, "graphs", &graphs, "auto, braille, block or ascii")?;
        line(f, "mouse", &self.mouse.unwrap_or(true).to_string(), "clicks and the wheel; Shift selects text then")?;
        let secrets = if self.secrets == Some(super::Secrets::Show) { "show" } else { "hide" };
        let about = "keys and passwords in texts of logs: hide, or show, which only your own file may say";
        line(f, "secrets", &quoted(secrets), about)?;
        let about = "the terminal's title tells today's cost and new alerts";
        line(f, "title", &self.title.unwrap_or(true).to_string(), about)?;
        let remember = self.remember.unwrap_or(true).to_string();
        line(f, "remember", &remember, "begin with the screen, window and filter of the last time (--fresh: do not)")?;
        let sources: Vec<String> = self.sources.iter().map(|source| quoted(source)).collect();
        let sources = format!("[{}]", sources.join(", "));
        line(f, "sources", &sources, "watched where none is named; none: what lies in the current folder")?;
        section(f, FORMATS, self.own_formats.is_empty())?;
        self.own_formats.iter().try_for_each(|own| format(f, own))?;
        section(f, PRICES, self.prices.lines().next().is_none())?;
        for (nth, (name, price)) in self.prices.lines().enumerate() {
            f.write_str(if nth == 0 { "[prices]\n" } else { "" })?;
            writeln!(f, "{} = {price}", quoted(name))?;
        }
        section(f, CURRENCY, self.currency.is_none())?;
        if let Some(currency) = &self.currency {
            writeln!(f, "[currency]")?;
            line(f, "code", &quoted(&currency.code), "")?;
            line(f, "rate", &toml::Value::from(currency.rate).to_string(), "how many of it a dollar is")?;
            let date = currency.date.as_ref().map(|date| line(f, "date", date, "the day of the rate"));
            date.transpose()?;
        }
        section(f, BUDGETS, self.budgets.is_empty())?;
        self.budgets.iter().try_for_each(|own| budget(f, own))?;
        section(f, OBJECTIVES, self.objectives.is_empty())?;
        self.objectives.iter().try_for_each(|own| objective(f, own))?;
        section(f, FILTERS, self.filters.is_empty())?;
        for (nth, (name, text)) in self.filters.iter().enumerate() {
            f.write_str(if nth == 0 { "[filters]\n" } else { "" })?;
            writeln!(f, "{} = {}", quoted(name), quoted(text))?;
        }
        f.write_str(LAYOUT)?;
        let sizes = self.layout.thresholds();
        for (key, (width, height), words) in [
            ("least", sizes.least, "less than this in either direction is one line that asks for room"),
            ("medium", sizes.medium, "less than this is small: one pane or a pair"),
            ("large", sizes.large, "from this in both directions: three columns, a list and its detail"),
        ] {
            line(f, key, &format!("[{width}, {height}]"), words)?;
        }
        write!(f, "{KEYS}{}", self.keys)?;
        section(f, TRUST, self.said_trust == Said::default())?;
        if self.said_trust != Said::default() {
            trust(f, &self.trust)?;
        }
        section(f, COLUMNS, self.columns == Columns::default())?;
        if let Some(calls) = &self.columns.calls {
            let words: Vec<String> = calls.iter().map(|column| quoted(column.word())).collect();
            writeln!(f, "[columns]\ncalls = [{}]", words.join(", "))?;
        }
        section(f, ALERTS, self.alerts == Alerts::default())?;
        alerts(f, &self.alerts)?;
        self.rules(f)
    }
}

fn trust(f: &mut fmt::Formatter<'_>, said: &Stakes) -> fmt::Result {
    writeln!(f, "[trust]")?;
    for (key, usd) in [("escalation_usd", said.escalation), ("wrong_usd", said.wrong)] {
        usd.map(|usd| line(f, key, &toml::Value::from(usd.dollars()).to_string(), "")).transpose()?;
    }
    let limits: Vec<String> = said.limits.iter().map(|limit| toml::Value::from(*limit).to_string()).collect();
    line(f, "alpha", &format!("[{}]", limits.join(", ")), "")
}

fn alerts(f: &mut fmt::Formatter<'_>, said: &Alerts) -> fmt::Result {
    if said.bell.is_some() || said.notify.is_some() {
        writeln!(f, "[alerts]")?;
    }
    for (key, value) in [("bell", said.bell), ("notify", said.notify)] {
        value.map(|value| line(f, key, &value.to_string(), "")).transpose()?;
    }
    for severity in Severity::ALL {
        let Some(ways) = said.of(severity) else { continue };
        writeln!(f, "[alerts.{}]", severity.word())?;
        if !ways.command.is_empty() {
            let words: Vec<String> = ways.command.iter().map(|word| quoted(word)).collect();
            line(f, "command", &format!("[{}]", words.join(", ")), "")?;
        }
        ways.webhook.as_ref().map(|webhook| line(f, "webhook", &quoted(webhook), "")).transpose()?;
    }
    Ok(())
}

impl Config {
    fn rules(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\n# [rules.NAME]: what callscope tells you about, and from which limits on.\n")?;
        for plan in &RULES {
            let section = plan.section();
            let said = self.rules.get(&section);
            writeln!(f, "\n# {}: {}\n[rules.{section}]", plan.name, plan.about)?;
            let on = said.and_then(|said| said.get("on")).and_then(toml::Value::as_bool).unwrap_or(true);
            line(f, "on", &on.to_string(), "")?;
            let defaults = plan.defaults();
            for (name, words) in plan.limits {
                if let Some(value) = said.and_then(|said| said.get(*name)).or_else(|| defaults.get(*name)) {
                    line(f, name, &value.to_string(), words)?;
                }
            }
        }
        Ok(())
    }
}

/// What a section is for; and, where there is none, what it would look like.
fn section(f: &mut fmt::Formatter<'_>, example: &str, is_absent: bool) -> fmt::Result {
    if is_absent {
        return f.write_str(example);
    }
    // The first line that is a section's head begins the example; the one before that is prose begins with its name too.
    let prose = example.lines().skip(1).take_while(|line| !line.starts_with("# [") || line.contains(": "));
    writeln!(f)?;
    prose.into_iter().try_for_each(|line| writeln!(f, "{line}"))
}

fn line(f: &mut fmt::Formatter<'_>, key: &str, value: &str, words: &str) -> fmt::Result {
    let said = format!("{key} = {value}");
    if words.is_empty() { writeln!(f, "{said}") } else { writeln!(f, "{said:<COMMENT$} # {words}") }
}

fn format(f: &mut fmt::Formatter<'_>, own: &OwnFormat) -> fmt::Result {
    writeln!(f, "[formats.{}]", quoted(&own.name))?;
    let marks = [("match", &own.marks), ("table", &own.table), ("file", &own.file)];
    for (key, value) in marks.into_iter().filter_map(|(key, value)| Some((key, value.as_ref()?))) {
        line(f, key, &quoted(value), "")?;
    }
    for field in &own.fields {
        line(f, field.role.word(), &quoted(&field.note()), "")?;
    }
    match own.cached {
        Cached::Inside => line(f, "cached", "\"inside\"", "cached tokens are counted inside the input"),
        Cached::Beside => line(f, "cached", "\"beside\"", "cached tokens are counted beside the input"),
        Cached::ByRecord => Ok(()),
    }
}

fn budget(f: &mut fmt::Formatter<'_>, own: &Budget) -> fmt::Result {
    writeln!(f, "[[budgets]]")?;
    line(f, "name", &quoted(&own.name), "")?;
    match (own.amount.usd(), own.amount.tokens()) {
        (Some(usd), _) => line(f, "usd", &toml::Value::from(usd.dollars()).to_string(), "")?,
        (None, tokens) => line(f, "tokens", &tokens.unwrap_or(0).to_string(), "")?,
    }
    line(f, "per", &quoted(own.per.word()), "hour, day, week (from Monday), month")?;
    line(f, "filter", &quoted(&own.text), "all calls if empty")?;
    let warn: Vec<String> = own.warn.iter().map(|level| toml::Value::from(*level).to_string()).collect();
    line(f, "warn", &format!("[{}]", warn.join(", ")), "told when so much of it is spent")
}

fn objective(f: &mut fmt::Formatter<'_>, own: &Objective) -> fmt::Result {
    writeln!(f, "[[objectives]]")?;
    line(f, "name", &quoted(&own.name), "")?;
    let number = |value: f64| toml::Value::from(value).to_string();
    let mut goal = String::new();
    match own.goal {
        Goal::Errors(rate) | Goal::Overrides(rate) => goal.push_str(&number(rate)),
        Goal::Latency { p, under } => {
            let millis = under / 1_000_000;
            write!(goal, "{{ p = {}, under = \"{millis}ms\" }}", number(p))?;
        }
    }
    line(f, own.goal.word(), &goal, "what is allowed")?;
    line(f, "per", &quoted(&span_word(own.per)), "back from now, 30m to 92d")?;
    line(f, "filter", &quoted(&own.text), "all calls if empty")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every setting there is, none as it is by default.
    const WHOLE: &str = r#"
theme = { dark = "nord", light = "solarized-light" }
graphs = "ascii"
secrets = "show"
mouse = false
title = false
remember = false
sources = ["logs", "a \"b\"\u001b.db"]
[formats."acme x"]
match = "trace"
time = "ts (seconds)"
latency = "took (milliseconds)"
model = "llm.\"a.b\""
cached = "inside"
[prices]
"free/one" = "free"
"other" = { like = "openai/gpt-5" }
"large" = { input = 2.5, output = 8, cache_read = 0.2, request = 3, audio_input = 9.0 }
[currency]
code = "SEK"
rate = 10.4
date = 2026-11-01
[[budgets]]
name = "all"
usd = 12.345678901
per = "day"
[[budgets]]
name = "tokens of \"a\""
tokens = 20_000_000
per = "month"
filter = "(model:opus or route=\"a b\") -is:cached"
warn = [0.25, 1.5]
[[objectives]]
name = "works"
error_rate = 0.02
per = "30d"
filter = "route:chat"
[[objectives]]
name = "trusted"
override_rate = 0.05
per = "12h"
[[objectives]]
name = "fast"
latency = { p = 0.95, under = "1500ms" }
per = "7d"
[filters]
slow-opus = "model:opus took>8s"
bad = "is:error or \"a b\""
[layout]
least = [40, 10]
large = [150, 40]
[keys]
pause = "P"
filter = ["/", "ctrl-f"]
next-theme = false
[trust]
escalation_usd = 0.5
wrong_usd = 4
alpha = [0.03, 0.2]
[columns]
calls = ["cost", "time", "use_case"]
[alerts]
bell = true
notify = false
[alerts.high]
command = ["notify-send", "a \"b\""]
webhook = "https://example.org/x?y=1"
[rules.cost_spike]
usd = 2.5
[rules.error_burst]
on = false
"#;

    #[test]
    fn what_is_printed_is_the_same_configuration_again() {
        for text in [WHOLE, ""] {
            let config = Config::parse(text).unwrap();
            let printed = config.to_string();
            let again = Config::parse(&printed).unwrap_or_else(|why| panic!("{why} in\n{printed}"));
            assert_eq!(again.to_string(), printed);
            // Of the rules every limit is printed, and of the rest what is not set as it is by default.
            let rules = |config: &Config| config.rules.clone();
            let layout = again.layout;
            assert_eq!(layout.thresholds(), config.layout.thresholds());
            let whole = Config { rules: rules(&again), layout, ..config.clone() };
            let unset = Config {
                theme: Some(ThemeChoice::One("default".to_owned())),
                graphs: Some("auto".to_owned()),
                mouse: Some(true),
                secrets: Some(super::super::Secrets::Hide),
                title: Some(true),
                remember: Some(true),
                ..whole.clone()
            };
            assert_eq!(again, if text.is_empty() { unset } else { whole });
            let said = |config: &Config, rule: &str, key: &str| config.rules[rule][key].clone();
            for (rule, limits) in &config.rules {
                for (key, value) in limits {
                    assert_eq!(said(&again, rule, key), *value, "{rule}.{key}");
                }
            }
        }
    }

    #[test]
    fn the_examples_of_what_is_absent_are_read_too() {
        let printed = Config::default().to_string();
        let examples = printed.lines().map(|line| match line.strip_prefix("# ") {
            // Prose has no key at its beginning.
            Some(rest) if rest.starts_with('[') && !rest.contains(": ") || rest.contains(" = ") => rest,
            _ => line,
        });
        let text = examples.collect::<Vec<_>>().join("\n").replace("; or table = \"…\", file = \"…\"", "");
        let config = Config::parse(&text).unwrap_or_else(|why| panic!("{why} in\n{text}"));
        assert_eq!((config.own_formats.len(), config.budgets.len(), config.objectives.len()), (1, 1, 1));
        assert!(config.trust.are_known());
        assert_eq!(config.columns.calls.map_or(0, |calls| calls.len()), 5);
        assert!(config.alerts.of(Severity::High).is_some_and(|ways| ways.webhook.is_some()));
        assert!(config.currency.is_some() && config.prices.names().count() == 3);
    }

    #[test]
    fn every_setting_has_its_words() {
        let printed = Config::default().to_string();
        for line in printed.lines().filter(|line| line.contains(" = ") && !line.starts_with('#')) {
            assert!(line.contains(" # ") || line.starts_with("on = "), "{line}");
        }
    }
}
