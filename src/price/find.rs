//! Which price is a model's: the user's own, or the catalogue's under one of the names that logs give it; and what is
//! charged for tiers.

use super::catalog::{Asked, Entry, PROBE, Rates, SOURCE, day_of, flat_up_to, note, probe_rates, slot_of};
use super::media::Kept;
use super::own::{OwnPrices, Price};
use super::same::is_same;
use crate::model::{PriceNote, Stamp, Tier};

/// Providers that run on the user's own machine: no catalogue prices them, and a model of the same name elsewhere is
/// no guide.
const LOCAL: [&str; 8] = ["ollama", "local", "lmstudio", "lm-studio", "llamacpp", "llama.cpp", "vllm", "mlx"];

/// The rates of a model: the user's own, then the catalogue's.
pub(super) fn find(own: &OwnPrices, asked: &Asked<'_>) -> Option<Entry> {
    let Some(said) = own.of(asked.model, asked.provider) else { return in_catalogue(asked) };
    let like = said.like.map(|like| format!("you say that {} is like {like}", asked.model));
    match said.price {
        Price::Rates(rates) => {
            let whose = if rates == Rates::FREE { "free, as you say" } else { "your own rates" };
            let note = PriceNote {
                model: asked.model.to_owned(),
                provider: asked.provider.map(str::to_owned),
                source: OWN.to_owned(),
                date: None,
                since: None,
                because: like.map_or_else(|| whose.to_owned(), |like| format!("{like}: {whose}")),
            };
            let (model, provider) = (asked.model.to_owned(), None);
            let media = Kept::new();
            Some(Entry { rates, media, flat_up_to: None, note, model, provider, slot: asked.slot, tier: asked.tier })
        }
        Price::Of(name) => {
            let mut entry = in_catalogue(&Asked { model: name, provider: None, ..*asked })?;
            entry.note.because = like.unwrap_or_default();
            Some(entry)
        }
    }
}

/// Where the user's own prices come from, for bills.
pub(super) const OWN: &str = "callscope.toml";

/// The model as the catalogue names it. Routers write `provider/model`; then the prefix names the provider. Bedrock puts
/// a region and the maker before it.
fn in_catalogue(asked: &Asked<'_>) -> Option<Entry> {
    let Asked { model, provider, .. } = *asked;
    if provider.is_some_and(|provider| LOCAL.iter().any(|local| provider.eq_ignore_ascii_case(local))) {
        return None;
    }
    let (prefix, bare) = match model.split_once('/') {
        Some((prefix, bare)) => (Some(prefix), bare),
        None => (None, model),
    };
    let tries = [
        Some((model, provider, "")),
        prefix.map(|prefix| (bare, Some(prefix), "the prefix names the provider")),
        prefix.map(|_| (bare, provider, "without the prefix")),
        Some((model, None, "whichever provider has it")),
        is_bedrocks(model).then_some((model, Some("aws"), "as Bedrock names it")),
    ];
    tries.into_iter().flatten().find_map(|(model, provider, because)| {
        let provider = provider.map(known_provider);
        let asked = Asked { model, provider: provider.as_deref(), ..*asked };
        let mut rates = probe_rates(&asked, PROBE)?;
        let mut note = note(&asked).filter(|note| is_same(model, &note.model) || is_listed(&asked, &note.model))?;
        note.because = match (because, note.model == model) {
            ("", true) => "the very name".to_owned(),
            ("", false) => format!("the catalogue's rules take it for {}", note.model),
            (because, _) => because.to_owned(),
        };
        if rates.request > 0 {
            note.because += ", with the fee of the largest search context";
        }
        let flat_up_to = flat_up_to(&asked);
        if let Some(later) = rates_of_later(&asked, rates) {
            rates = later;
            note.because =
                format!("{}; at the {} discount of {}", note.because, asked.tier.word(), day_of(slot_of(LISTED)));
        }
        if let Some(factor) = fast_factor(&asked) {
            rates = rates.times(factor);
            note.source = format!("{SOURCE}, × {factor} for fast mode");
        } else if is_standard(&asked, rates) {
            note.source = format!("{SOURCE}, standard rates: no {} price is known", asked.tier.word());
        }
        let (slot, tier, model) = (asked.slot, asked.tier, model.to_owned());
        Some(Entry { rates, media: Kept::new(), flat_up_to, note, model, provider, slot, tier })
    })
}

/// Bedrock puts the maker before the model: `us.anthropic.claude-…`.
fn is_bedrocks(model: &str) -> bool {
    const MAKERS: [&str; 9] =
        ["anthropic", "amazon", "meta", "mistral", "cohere", "ai21", "deepseek", "openai", "qwen"];
    model.split_once('.').is_some_and(|(first, rest)| {
        [first, rest.split('.').next().unwrap_or("")].iter().any(|part| MAKERS.contains(part))
    })
}

/// Whether the catalogue lists this very name under a model, rather than every name that begins like it: then a longer
/// name is not taken for the model.
fn is_listed(asked: &Asked<'_>, id: &str) -> bool {
    let longer = format!("{}-callscope", asked.model);
    note(&Asked { model: &longer, ..*asked }).is_none_or(|note| note.model != id)
}

/// Whether a tier is priced as the standard one because the catalogue knows nothing of it.
fn is_standard(asked: &Asked<'_>, rates: Rates) -> bool {
    let standard = Asked { tier: Tier::Standard, ..*asked };
    asked.tier != Tier::Standard && probe_rates(&standard, PROBE) == Some(rates)
}

/// The catalogue began to list tiers late: before that, a call of one is priced at the day's standard rates and at what
/// the tier's are to them today.
fn rates_of_later(asked: &Asked<'_>, rates: Rates) -> Option<Rates> {
    if matches!(asked.tier, Tier::Standard | Tier::Fast) {
        return None;
    }
    let standard = Asked { tier: Tier::Standard, ..*asked };
    if probe_rates(&standard, PROBE)? != rates {
        return None;
    }
    let today = slot_of(LISTED);
    let before = probe_rates(&Asked { slot: today, ..standard }, PROBE)?;
    let now = probe_rates(&Asked { slot: today, ..*asked }, PROBE)?;
    let scaled = |rate: i64, now: i64, before: i64| if before > 0 { rate * now / before } else { rate };
    if now == before {
        return None;
    }
    Some(Rates {
        input: scaled(rates.input, now.input, before.input),
        cache_read: scaled(rates.cache_read, now.cache_read, before.cache_read),
        cache_write_5m: scaled(rates.cache_write_5m, now.cache_write_5m, before.cache_write_5m),
        cache_write_1h: scaled(rates.cache_write_1h, now.cache_write_1h, before.cache_write_1h),
        output: scaled(rates.output, now.output, before.output),
        ..rates
    })
}

/// When the tiers of this catalogue are listed: 2026-11-01.
const LISTED: Stamp = Stamp(1_793_491_200_000);

/// How logs name providers, and the catalogue's names for them.
fn known_provider(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    let known = match name.as_str() {
        "bedrock" | "aws_bedrock" | "aws.bedrock" | "amazon-bedrock" | "amazon" => "aws",
        "gemini" | "vertex_ai" | "vertex" | "vertexai" | "gcp.vertex_ai" | "gcp.gemini" | "google-vertex" => "google",
        "xai" | "x_ai" | "grok" => "x-ai",
        "mistralai" | "mistral_ai" => "mistral",
        "azure_openai" | "az.ai.openai" | "azure.ai.openai" => "azure",
        "fireworks_ai" => "fireworks",
        "together_ai" => "together",
        _ => return name,
    };
    known.to_owned()
}

/// What Anthropic charges for fast answers, as a multiple; the catalogue does not list it. From ccusage's table, June
/// 2026.
fn fast_factor(asked: &Asked<'_>) -> Option<i64> {
    let is = |names: &[&str]| names.iter().any(|name| asked.model.contains(name));
    (asked.tier == Tier::Fast).then_some(())?;
    if is(&["opus-4-6", "opus-4-7"]) {
        Some(6)
    } else if is(&["opus-4-8"]) {
        Some(2)
    } else {
        None
    }
}

impl Rates {
    /// Tokens alone are dearer.
    fn times(self, factor: i64) -> Self {
        Self {
            input: self.input * factor,
            cache_read: self.cache_read * factor,
            cache_write_5m: self.cache_write_5m * factor,
            cache_write_1h: self.cache_write_1h * factor,
            output: self.output * factor,
            ..self
        }
    }
}
