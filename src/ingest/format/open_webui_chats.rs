//! The table `chat` of Open WebUI, as older versions keep their messages: all of a chat in one JSON column, written anew
//! with every answer. Newer ones have them in `chat_message` as well, under the same ids.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::{Cached, Format, Recipe, Sample, any_has, at_path, open_webui};

pub(super) const RECIPE: Recipe = Recipe {
    name: "open-webui-chats",
    about: "the table `chat` of older versions of Open WebUI: all messages of a chat in one column",
    format,
    fits,
};

fn format() -> Format {
    let format = Format::new(RECIPE.name, open_webui::MAP, Cached::ByRecord, open_webui::mend);
    format.peeking(open_webui::peek).unfolding(unfold)
}

fn fits(sample: &Sample<'_>) -> Option<(u8, String)> {
    let columns = sample.is_table("chat") && ["id", "user_id", "chat"].iter().all(|column| sample.has_column(column));
    let fits = columns && (sample.records.is_empty() || any_has(sample, &["chat.history.messages"]));
    fits.then(|| (92, "a table named chat with a history of messages".to_owned()))
}

/// Each message as a row of `chat_message`, with what it answers.
#[expect(clippy::needless_pass_by_value, reason = "it is an `Unfold`, and others give the record back")]
fn unfold(chat: Json, _: &Path) -> Vec<Json> {
    let Some(history) = at_path(&chat, "chat.history.messages") else { return Vec::new() };
    let messages = history.as_object().into_iter().flatten();
    let rows = messages.map(|(id, message)| {
        let chat_id = chat["id"].as_str().unwrap_or_default();
        let asked = message["parentId"].as_str().and_then(|parent| history.get(parent));
        let usage = ["/usage", "/info/usage", "/info"].iter().find_map(|path| message.pointer(path));
        let mut row = json!({
            "id": format!("{chat_id}-{id}"),
            "chat_id": chat_id,
            "user_id": chat["user_id"],
            "role": message["role"],
            "model_id": message["model"],
            "content": message["content"],
            "done": message["done"],
            "error": message["error"],
            "usage": usage,
            "created_at": message["timestamp"],
            "request": asked.map(|asked| json!([{"role": asked["role"], "content": asked["content"]}])),
        });
        row.as_object_mut().into_iter().for_each(|row| row.retain(|_, value| !value.is_null()));
        row
    });
    rows.collect()
}
