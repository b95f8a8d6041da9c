//! `callscope schema`: what `callscope.toml` and the JSON of the commands look like, as JSON Schema (2020-12), for editors
//! and for whoever reads our answers with a program.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::ExitCode;

use serde_json::{Map, Value as Json, json};

use super::Failure;
use crate::app::{Column, keys};
use crate::cli::Described;
use crate::report::{Out, escape};
use crate::rules::RULES;
use crate::serve;

/// Where the OpenAPI document keeps its schemas, and where a schema of its own does.
const COMPONENTS: &str = "#/components/schemas/";
const OWN: &str = "#/$defs/";

pub fn run(of: Described) -> Result<ExitCode, Failure> {
    let mut out = Out::new();
    escape::pretty(&mut out, &schema(of))?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn schema(of: Described) -> Json {
    match of {
        Described::Config => config(),
        Described::Report => answer("Report"),
        Described::Calls => answer("Calls"),
        Described::Show => answer("CallInFull"),
        Described::Alerts => answer("Alerts"),
        Described::Audit => answer("Audit"),
        Described::Sources => answer("Sources"),
    }
}

/// The commands answer as the server does, and somewhat more: its schemas, and ours over them.
fn answer(name: &str) -> Json {
    let mut all = serve::schemas().clone();
    merge(&mut all, read(include_str!("../report/schemas.json")));
    let mut needed = BTreeSet::new();
    let mut next = vec![name.to_owned()];
    while let Some(name) = next.pop() {
        if needed.insert(name.clone()) {
            references(&all[&name], &mut next);
        }
    }
    let mut defs: Json = needed.iter().map(|name| (name.clone(), all[name].clone())).collect::<Map<_, _>>().into();
    move_references(&mut defs);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("callscope {}", env!("CARGO_PKG_VERSION")),
        "$ref": format!("{OWN}{name}"),
        "$defs": defs,
    })
}

/// The settings, with the names that keys and columns have, and the limits of every rule as they are by default.
fn config() -> Json {
    let mut schema = read(include_str!("../config/schema.json"));
    let key = json!({"anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}},
        {"const": false},
    ]});
    schema["properties"]["keys"]["properties"] =
        keys::names().map(|name| (name.into_owned(), key.clone())).collect::<Map<_, _>>().into();
    schema["properties"]["columns"]["properties"]["calls"]["items"]["enum"] =
        Column::OF_CALLS.iter().map(|column| column.word()).collect();
    for plan in &RULES {
        let defaults = plan.defaults();
        let limit = |(name, about): &(&str, &str)| {
            let default = json!(defaults.get(*name));
            let kind = match &default {
                Json::Number(_) => "number",
                Json::Bool(_) => "boolean",
                Json::Array(_) => "array",
                _ => "string",
            };
            ((*name).to_owned(), json!({"type": kind, "default": default, "description": about}))
        };
        let on = ("on".to_owned(), json!({"type": "boolean", "default": true}));
        let limits: Map<String, Json> = std::iter::once(on).chain(plan.limits.iter().map(limit)).collect();
        schema["properties"]["rules"]["properties"][plan.section()] = json!({
            "type": "object",
            "additionalProperties": false,
            "description": plan.about,
            "properties": limits,
        });
    }
    schema
}

/// A file of ours. A test reads each of them: it is JSON.
fn read(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_default()
}

/// Puts one over another, objects key by key.
fn merge(under: &mut Json, over: Json) {
    match (under, over) {
        (Json::Object(under), Json::Object(over)) => {
            for (key, value) in over {
                merge(under.entry(key).or_insert(Json::Null), value);
            }
        }
        (under, over) => *under = over,
    }
}

/// The names that a schema refers to.
fn references(schema: &Json, into: &mut Vec<String>) {
    match schema {
        Json::Object(fields) => {
            let named = fields.get("$ref").and_then(Json::as_str).and_then(|at| at.strip_prefix(COMPONENTS));
            into.extend(named.map(str::to_owned));
            fields.values().for_each(|value| references(value, into));
        }
        Json::Array(items) => items.iter().for_each(|item| references(item, into)),
        _ => {}
    }
}

fn move_references(schema: &mut Json) {
    match schema {
        Json::Object(fields) => {
            for (key, value) in fields {
                let named = value.as_str().filter(|_| key == "$ref").and_then(|at| at.strip_prefix(COMPONENTS));
                match named.map(|name| format!("{OWN}{name}")) {
                    Some(at) => *value = at.into(),
                    None => move_references(value),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(move_references),
        _ => {}
    }
}
