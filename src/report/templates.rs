//! `report --templates`: which prompt templates calls are made from, the same lines as on the screen.

use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};

use super::analytics::{millis, number};
use crate::figures::stats::ratio;
use crate::figures::templates::{Kind, Learnt, Line, NONE, OTHER, Template, Templates};
use crate::model::clean;
use crate::model::numbers::{duration, grouped, money, percent, percent_whole, tokens};
use crate::store::Store;

/// Templates that are listed as text.
const LISTED: usize = 30;

/// What a variable and free text are written as.
const VARIABLE: &str = "<*>";
const FREE: &str = "<...>";

/// What was learnt, and what the calls of each template came to.
#[derive(Debug)]
pub struct Found {
    pub learnt: Learnt,
    pub sums: Templates,
}

fn joined(frame: &[Option<Box<str>>]) -> String {
    frame.iter().map(|word| word.as_deref().unwrap_or(VARIABLE)).collect::<Vec<_>>().join(" ")
}

fn prompt(template: &Template) -> String {
    let open = if template.is_open { FREE.to_owned() } else { String::new() };
    let parts = [joined(&template.head), open, joined(&template.tail)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

impl Found {
    fn template(&self, line: &Line) -> Option<&Template> {
        match line.kind {
            Kind::Learnt(at) => self.learnt.templates.get(at as usize),
            Kind::None | Kind::Unseen => None,
        }
    }

    /// What the line counts, and the filter that keeps its calls, if one does.
    fn kind(&self, line: &Line) -> (&'static str, Option<String>) {
        match self.template(line) {
            Some(template) if template.name == OTHER => ("other", Some(format!("template:{OTHER}"))),
            Some(template) => ("template", Some(format!("template:{}", template.name))),
            None if line.kind == Kind::None => ("none", Some(format!("template:{NONE}"))),
            None => ("unread", None),
        }
    }

    /// The field that `report --json` gets.
    pub fn json(&self, store: &Store) -> Json {
        let list: Vec<Json> = self.sums.lines.iter().map(|line| self.line(store, line)).collect();
        json!({"calls": self.sums.total.calls, "read": self.sums.seen, "list": list})
    }

    fn line(&self, store: &Store, line: &Line) -> Json {
        let (kind, filter) = self.kind(line);
        let stats = &line.stats;
        let template = self.template(line).filter(|_| kind == "template");
        let models: Map<String, Json> =
            line.models.iter().map(|(model, calls)| (store.label(*model).to_owned(), json!(calls))).collect();
        json!({
            "kind": kind,
            "filter": filter,
            "system": template.map(|template| joined(&template.system)).filter(|words| !words.is_empty()),
            "prompt": template.map(prompt),
            "calls": stats.calls,
            "share": ratio(stats.calls, self.sums.total.calls).map(number),
            "costUsd": stats.cost,
            "unpricedCalls": stats.unpriced,
            "totalTokens": (stats.tokens.calls > 0).then_some(stats.tokens.total),
            "p50Latency": millis(line.took.at(0.5).map(|nanos| nanos as f64)),
            "successRate": stats.success_rate().map(number),
            "overrideRate": stats.override_rate().map(number),
            "models": models,
            "example": store.row(line.example).id(),
        })
    }

    pub fn text(&self, mut out: impl Write, store: &Store) -> io::Result<()> {
        let (read, calls) = (self.sums.seen, self.sums.total.calls);
        writeln!(out, "\nTEMPLATES, learnt from {} of {} calls", grouped(read), grouped(calls))?;
        if !self.sums.is_any() {
            return writeln!(out, "  no prompts are logged here");
        }
        for line in self.sums.lines.iter().take(LISTED) {
            let stats = &line.stats;
            let (kind, filter) = self.kind(line);
            let cost = stats.known_cost();
            let override_rate = match stats.override_rate() {
                Some(rate) => format!(", overridden {}", percent(rate)),
                None => String::new(),
            };
            writeln!(
                out,
                "  {:<18} {:>9} calls {:>4} {:>9} {:>7} tok  p50 {}, ok {}{override_rate}, by {}",
                filter.as_deref().unwrap_or("(not read)"),
                grouped(stats.calls),
                percent_whole(ratio(stats.calls, calls)),
                money(cost),
                tokens((stats.tokens.calls > 0).then_some(stats.tokens.total)),
                duration(line.took.at(0.5)),
                percent_whole(stats.success_rate()),
                models(store, line),
            )?;
            let words = match (self.template(line), kind) {
                (Some(template), "template") => {
                    let system = joined(&template.system);
                    let before = if system.is_empty() { String::new() } else { format!("[{system} {FREE}] ") };
                    format!("{before}{}", prompt(template))
                }
                (_, "other") => "like no others".to_owned(),
                (_, "none") => "no prompt is logged".to_owned(),
                _ => "their prompts were not read".to_owned(),
            };
            writeln!(out, "    {}", clean::field(&words))?;
        }
        match self.sums.lines.len().saturating_sub(LISTED) {
            0 => Ok(()),
            more => writeln!(out, "  and {more} more"),
        }
    }
}

fn models(store: &Store, line: &Line) -> String {
    let names = line.models.iter().take(3).map(|(model, _)| clean::field(store.label(*model)).into_owned());
    let more = if line.models.len() > 3 { format!(" and {} more", line.models.len() - 3) } else { String::new() };
    names.collect::<Vec<_>>().join(", ") + &more
}
