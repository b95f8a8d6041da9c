//! The rates of sound and pictures, asked for only where a call has some.

use std::sync::OnceLock;

use genai_prices::UsageKey;

use super::catalog::{Asked, PROBE, Rates, ask, rate};
use crate::model::{Medium, Usage};

/// Pico-dollars a token, by medium; `None` where none is known that is not the text's.
pub(super) type MediaRates = [Option<i64>; Medium::COUNT];

/// The rates of small prompts, once they have been asked for.
pub(super) type Kept = OnceLock<MediaRates>;

impl Rates {
    /// What a token of a medium costs, and whether that is a rate of its own.
    pub fn of(&self, medium: Medium) -> (i64, bool) {
        let text = match medium {
            Medium::AudioInput | Medium::ImageInput => self.input,
            Medium::CachedAudio | Medium::CachedImage => self.cache_read,
            Medium::AudioOutput | Medium::ImageOutput => self.output,
        };
        self.media[medium as usize].map_or((text, false), |rate| (rate, true))
    }

    /// The rates for a call of these tokens: those of the catalogue for its sound and pictures beside them.
    pub fn suiting(self, usage: &Usage, asked: &Asked<'_>, prompt: u64) -> Self {
        if usage.media.is_none() { self } else { Self { media: probe(asked, prompt, &self), ..self } }
    }
}

/// What the catalogue asks for sound and pictures, where that is not what it asks for text.
pub(super) fn probe(asked: &Asked<'_>, prompt: u64, text: &Rates) -> MediaRates {
    // All of the prompt is of one medium: the size decides the tier.
    let input = |more: &[UsageKey]| {
        let keys = std::iter::once(UsageKey::INPUT_TOKENS).chain(more.iter().cloned());
        let amounts: Vec<_> = keys.map(|key| (key, prompt)).collect();
        Some(rate(ask(asked, &amounts)?.input_price, prompt))
    };
    let output = |key: UsageKey| {
        let amounts = [(UsageKey::INPUT_TOKENS, prompt), (UsageKey::OUTPUT_TOKENS, PROBE), (key, PROBE)];
        Some(rate(ask(asked, &amounts)?.output_price, PROBE))
    };
    let cached = |all: UsageKey, cached: UsageKey| input(&[UsageKey::CACHE_READ_TOKENS, all, cached]);
    // A tier that the catalogue did not list yet is priced by what it is to the text's rate.
    let listed = input(&[]).unwrap_or(text.input);
    let scaled = |rate: i64| if listed > 0 && listed != text.input { rate * text.input / listed } else { rate };
    Medium::ALL.map(|medium| {
        let known = match medium {
            Medium::AudioInput => input(&[UsageKey::INPUT_AUDIO_TOKENS]),
            Medium::ImageInput => input(&[UsageKey::INPUT_IMAGE_TOKENS]),
            Medium::CachedAudio => cached(UsageKey::INPUT_AUDIO_TOKENS, UsageKey::CACHE_AUDIO_READ_TOKENS),
            Medium::CachedImage => cached(UsageKey::INPUT_IMAGE_TOKENS, UsageKey::CACHE_IMAGE_READ_TOKENS),
            Medium::AudioOutput => output(UsageKey::OUTPUT_AUDIO_TOKENS),
            Medium::ImageOutput => output(UsageKey::OUTPUT_IMAGE_TOKENS),
        };
        known.map(scaled).filter(|rate| *rate != text.of(medium).0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Stamp, Tier};
    use crate::price::catalog::{probe_rates, slot_of};

    #[test]
    fn the_catalogues_rates_are_told_from_those_of_text() {
        // 2026-01-05, in dollars a million.
        for (model, provider, expected) in [
            ("gpt-audio", "openai", [Some(32.0), None, Some(32.0), None, Some(64.0), None]),
            ("gemini-2.5-flash", "google", [Some(1.0), None, Some(0.1), None, None, None]),
            ("gemini-2.5-flash-image", "google", [None, None, None, None, None, Some(30.0)]),
            ("gpt-image-1.5", "openai", [None, Some(8.0), None, Some(2.0), None, Some(32.0)]),
            ("claude-sonnet-4-5", "anthropic", [None; 6]),
        ] {
            let slot = slot_of(Stamp(1_767_607_200_000));
            let asked = Asked { model, provider: Some(provider), slot, tier: Tier::Standard };
            let rates = probe(&asked, PROBE, &probe_rates(&asked, PROBE).unwrap());
            assert_eq!(rates.map(|rate| rate.map(|pico| pico as f64 / 1e6)), expected, "{model}");
        }
    }
}
