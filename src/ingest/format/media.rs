//! How many of a call's tokens are sound and pictures, where its record says so.

use serde_json::Value as Json;

use super::{Role, Slots, Value};
use crate::model::{Media, Medium};

/// Where each part's sound and pictures stand, and those among them that a cache gave: those are counted twice.
const MEDIA: [(Role, Medium, Role, Medium); 3] = [
    (Role::AudioInput, Medium::AudioInput, Role::ImageInput, Medium::ImageInput),
    (Role::CachedAudio, Medium::CachedAudio, Role::CachedImage, Medium::CachedImage),
    (Role::AudioOutput, Medium::AudioOutput, Role::ImageOutput, Medium::ImageOutput),
];

/// Sound and pictures, in numbers, or as Gemini's list of modalities, which stands for both.
pub fn read(slots: &Slots<'_>) -> Media {
    let mut media = Media::NONE;
    for (audio_role, audio, image_role, image) in MEDIA {
        let (mut sound, mut pictures) = (slots.count(audio_role), slots.count(image_role));
        if let Value::Raw(list) = slots.get(audio_role) {
            (sound, pictures) = modalities(list);
        }
        media.set(audio, sound.unwrap_or(0));
        media.set(image, pictures.unwrap_or(0));
    }
    for (all, cached) in [(Medium::AudioInput, Medium::CachedAudio), (Medium::ImageInput, Medium::CachedImage)] {
        media.set(all, media.get(all).saturating_sub(media.get(cached)));
    }
    media
}

/// Of `[{"modality": "AUDIO", "tokenCount": 800}]` what is sound, and what is pictures.
fn modalities(list: &[u8]) -> (Option<u32>, Option<u32>) {
    // Most lists hold text alone, and every answer of Gemini's has two.
    let says = |word: &[u8]| list.windows(word.len()).any(|letters| letters.eq_ignore_ascii_case(word));
    if !says(b"AUDIO") && !says(b"IMAGE") {
        return (None, None);
    }
    let list: Vec<Json> = serde_json::from_slice(list).unwrap_or_default();
    let of = |word: &str| {
        let item = list.iter().find(|item| item["modality"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(word)));
        item.and_then(|item| u32::try_from(item["tokenCount"].as_u64()?).ok())
    };
    (of("AUDIO"), of("IMAGE"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::format::role;
    use crate::ingest::format::scan::Plan;

    fn of(record: &str) -> Media {
        let fields = role::fields(&[
            (Role::AudioInput, &["audio_in", "prompt"]),
            (Role::ImageInput, &["image_in"]),
            (Role::CachedAudio, &["cached"]),
            (Role::ImageOutput, &["image_out"]),
        ]);
        let mut slots = Slots::new();
        Plan::new(&fields).fill(record.as_bytes(), &mut slots).unwrap();
        read(&slots)
    }

    #[test]
    fn numbers_and_lists_of_modalities_read_alike() {
        for (record, expected) in [
            (r#"{"audio_in":800,"image_in":"20","image_out":7}"#, [800, 20, 0, 0, 0, 7]),
            (r#"{"audio_in":800,"cached":300}"#, [500, 0, 300, 0, 0, 0]),
            (r#"{"prompt":[{"modality":"TEXT","tokenCount":5}]}"#, [0; 6]),
            (
                r#"{"prompt":[{"modality":"audio","tokenCount":9},{"modality":"IMAGE","tokenCount":4}],"cached":[{"modality":"IMAGE","tokenCount":1}]}"#,
                [9, 3, 0, 1, 0, 0],
            ),
            (r#"{"prompt":[{"modality":"AUDIO"}, 3, null],"image_in":-4,"image_out":null}"#, [0; 6]),
            (r#"{"prompt":"AUDIO"}"#, [0; 6]),
        ] {
            assert_eq!(of(record), Media(expected), "{record}");
        }
    }
}
