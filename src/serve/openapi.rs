//! `GET /openapi.json`: the document that describes every answer. It stands in `openapi.json` beside this file, and
//! `tests/serve.rs` checks the real answers against it.

use std::sync::LazyLock;

use hyper::StatusCode;
use serde_json::Value as Json;

use super::reply::{self, Refusal, Reply};
use super::routes::Question;

/// The document, with the version of this program.
static DOCUMENT: LazyLock<Json> = LazyLock::new(|| {
    // A test reads it: it is JSON.
    let mut document: Json = serde_json::from_str(include_str!("openapi.json")).unwrap_or_default();
    document["info"]["version"] = env!("CARGO_PKG_VERSION").into();
    document
});

/// The schemas of the answers, by name: those of the commands are the same.
pub fn schemas() -> &'static Json {
    &DOCUMENT["components"]["schemas"]
}

pub fn answer(_: &Question) -> Result<Reply, Refusal> {
    Ok(reply::json(StatusCode::OK, &DOCUMENT))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::serve::routes;

    /// Method, path and query parameters of each answer.
    type Known = BTreeSet<(String, String, Vec<String>)>;

    #[test]
    fn it_tells_of_every_answer_and_every_parameter_and_of_no_others() {
        let name = |parameter: &Json| match parameter["$ref"].as_str() {
            Some(at) => DOCUMENT.pointer(at.trim_start_matches('#')).unwrap()["name"].clone(),
            None => parameter["name"].clone(),
        };
        let mut told = Known::new();
        for (path, item) in DOCUMENT["paths"].as_object().unwrap() {
            for (method, answer) in item.as_object().unwrap() {
                let parameters = answer["parameters"].as_array().cloned().unwrap_or_default();
                let asks = parameters.iter().filter(|it| it["in"] != "path").map(name);
                let asks = asks.map(|name| name.as_str().unwrap().to_owned()).collect();
                told.insert((method.to_uppercase(), path.clone(), asks));
            }
        }
        let there: Known = routes::all()
            .map(|(method, path, asks)| {
                (method.to_string(), path.to_owned(), asks.iter().map(|name| (*name).to_owned()).collect())
            })
            .collect();
        assert_eq!(told, there);
    }
}
