//! A call as it may leave the program: without keys and passwords, and masked without what is private.

use serde_json::{Value as Json, json};

use crate::model::secret;

/// What of a call may be told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Privacy {
    /// Nothing that names persons and conversations, or that they said.
    pub masked: bool,
    /// Keys and passwords too.
    pub secrets: bool,
}

/// Fields of a call that name persons and conversations, or hold what they said.
const PRIVATE: [&str; 8] =
    ["id", "user", "session", "errorMessage", "matchedPatterns", "request", "response", "preview"];

/// A masked call says so in its first field; what is not logged stays unknown.
pub fn told(mut call: Json, privacy: Privacy) -> Json {
    if !privacy.secrets {
        call = secret::hide_in(call);
    }
    let Json::Object(mut fields) = call else { return call };
    if privacy.masked {
        for key in PRIVATE {
            if let Some(value) = fields.get_mut(key).filter(|value| !value.is_null()) {
                *value = json!("masked");
            }
        }
        // Its place is as good as its id.
        if let Some(source) = fields.get_mut("source").and_then(Json::as_object_mut) {
            source
                .iter_mut()
                .filter(|(key, _)| matches!(key.as_str(), "offset" | "rowid"))
                .for_each(|(_, at)| *at = Json::Null);
        }
        fields.shift_insert(0, "masked".to_owned(), json!(true));
    }
    Json::Object(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_call_says_so_first_and_names_nobody() {
        let key = format!("sk-ant-{}", "aB3dE5gH7jK9".repeat(4));
        let call = json!({"id": "msg_1", "model": "m", "user": "ana", "session": null,
            "errorMessage": format!("bad {key}"), "source": {"path": "a", "offset": 3}});
        let hidden = told(call.clone(), Privacy::default());
        assert_eq!((&hidden["errorMessage"], &hidden["user"]), (&json!("bad sk-ant-••••••••"), &json!("ana")));
        let masked = told(call.clone(), Privacy { masked: true, secrets: true });
        assert_eq!(masked.as_object().unwrap().keys().next().unwrap(), "masked");
        let of = |key: &str| &masked[key];
        assert_eq!([of("id"), of("user"), of("errorMessage")], [&json!("masked"); 3]);
        assert_eq!([of("session"), &masked["source"]["offset"]], [&Json::Null; 2]);
        assert_eq!(of("model"), "m");
        assert_eq!(told(call.clone(), Privacy { masked: false, secrets: true }), call);
    }
}
