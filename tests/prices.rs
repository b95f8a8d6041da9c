//! Prices as people meet them: their own, those that are missing, and those that are another's.

#![allow(clippy::unwrap_used, reason = "a test that unwraps asserts")]

mod common;

use common::{Place, call, nanos};
use serde_json::{Value as Json, json};

#[test]
fn output_without_a_rate_is_unpriced_and_says_so() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "acme", 1_000) + &call("b", "acme", 500).replace(":10,", ":0,"));
    place.write("callscope.toml", "[prices]\nacme = { input = 2 }\n");
    let report = place.json(&["report", "--json"]);
    assert_eq!((nanos(&report["cost"]["totalUsd"]), &report["cost"]["unpricedCalls"]), (1_000_000, &json!(1)));
    let text = place.run(&["show", "a"]).ok();
    assert!(text.contains("callscope.toml gives acme no `output` rate"), "{text}");
    assert!(!place.run(&["prices", "acme"]).ok().contains("output"));
}

#[test]
fn a_name_that_stands_for_none_with_a_price_is_said() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "prod", 1_000) + &call("b", "test", 1_000));
    let prices = "[prices]\nprod = { like = \"acme\" }\nacme = { input = 2, output = 8 }\n";
    place.write("callscope.toml", prices);
    let because = place.json(&["prices", "prod", "--json"])["because"].clone();
    assert_eq!(because, json!("you say that prod is like acme: your own rates"));
    place.write("callscope.toml", prices.to_owned() + "test = { like = \"claude-4.5-sonnet\" }\n");
    let said = "callscope.toml says that test is like claude-4.5-sonnet, and no price is known for that \
                (is it anthropic/claude-sonnet-4-5?)";
    for args in [&["report", "--json"] as &[&str], &["prices"], &["prices", "prod"]] {
        let ran = place.run(args);
        assert_eq!(ran.code, Some(0));
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    place.run(&["prices", "test"]).failed(1, &[said]);
    assert!(place.run(&["show", "b"]).out.contains(said));
    place.write("callscope.toml", "[prices]\na = { like = \"b\" }\nb = { like = \"a\" }\n");
    place.run(&["report"]).failed(1, &["callscope.toml", "line 2", "circle"]);
}

#[test]
fn what_has_no_price_is_listed_whole_with_what_settles_it() {
    let place = Place::new();
    let mut log: String = (0..14).map(|nth| call(&format!("c{nth}"), &format!("acme-{nth}"), 5)).collect();
    log += &call("x", "claude-4.5-sonnet", 5);
    log += &call("y", r#"my \"odd\" \\model\u0007"#, 5);
    place.write("calls.jsonl", log);
    let text = place.run(&["report"]).ok();
    assert!(text.contains("… and 4 more: `callscope report --json` lists them all"), "{text}");
    let report = place.json(&["report", "--json"]);
    let models = report["cost"]["unpricedModels"].as_array().unwrap();
    assert_eq!(models.len(), 16);
    let of = |name: &str| models.iter().find(|model| model["model"] == name).unwrap();
    assert_eq!(of("acme-7"), &json!({"model": "acme-7", "provider": "openai", "calls": 1, "like": []}));
    assert_eq!(of("claude-4.5-sonnet")["like"][0], "anthropic/claude-sonnet-4-5");

    // The line as it is printed settles it.
    let odd = place.run(&["report", "--filter", "model:odd"]).ok();
    let line = odd.lines().find_map(|line| line.split_once("calls  ")).unwrap().1;
    let (name, _) = line.split_once(" = ").unwrap();
    place.write("callscope.toml", format!("[prices]\n{name} = \"free\"\n"));
    assert_eq!(place.json(&["report", "--json", "--filter", "model:odd"])["cost"]["unpricedCalls"], 0, "{line}");
}

#[test]
fn a_provider_without_any_price_costs_nobody_knows_what() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "acme", 5).replace("openai", "acme") + &call("b", "gpt-5", 1_000));
    let providers = &place.json(&["report", "--json"])["providerStats"];
    assert_eq!((&providers["acme"]["costUsd"], &providers["acme"]["unpricedCalls"]), (&Json::Null, &json!(1)));
    assert_eq!((nanos(&providers["openai"]["costUsd"]), &providers["openai"]["unpricedCalls"]), (1_350_000, &json!(0)));
}

#[test]
fn a_tier_without_a_price_says_so() {
    let place = Place::new();
    let source = |model: &str, tier: &str| {
        place.json(&["prices", model, "--tier", tier, "--json"])["source"].as_str().unwrap().to_owned()
    };
    assert_eq!(source("gpt-5", "flex"), "genai-prices, flex tier");
    assert_eq!(source("gpt-4.1-nano", "flex"), "genai-prices, standard rates: no flex price is known");
    assert_eq!(source("claude-sonnet-4-5", "priority"), "genai-prices, standard rates: no priority price is known");
}

#[test]
fn a_second_currency_stands_under_the_sums_of_a_bill() {
    let place = Place::new();
    let logged = call("b", "acme", 1_000).replace(r#""success""#, r#""cost_usd":0.5,"success""#);
    place.write("calls.jsonl", call("a", "gpt-5", 1_000) + &logged);
    let currency = "[currency]\ncode = \"SEK\"\nrate = 8\ndate = 2026-11-01\n";
    place.write("callscope.toml", currency);
    let text = place.run(&["show", "a", "--currency", "sek"]).ok();
    assert!(text.contains("$0.001350000\n") && text.contains("SEK 0.010800 at 8 a dollar of 2026-11-01\n"), "{text}");
    let bill = place.json(&["show", "a", "--json"])["bill"].clone();
    assert_eq!(bill["currency"], json!({"code": "SEK", "rate": 8.0, "date": "2026-11-01", "total": 0.0108}));
    assert!(place.run(&["show", "b"]).ok().contains("SEK 4.000000\n"), "what the log says, where no price is known");
    assert!(!place.run(&["show", "a", "--currency", "usd"]).ok().contains("SEK"));
}

#[test]
fn calls_and_rates_are_told_in_a_second_currency_too() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "gpt-5", 1_000) + &call("b", "acme", 1_000));
    place.write("callscope.toml", "[currency]\ncode = \"SEK\"\nrate = 8\ndate = 2026-11-01\n");
    let text = place.run(&["calls", "--currency", "SEK", "--sort", "cost"]).ok();
    assert!(text.contains(" $0.0014 SEK 0.011 "), "{text}");
    assert!(!place.run(&["calls", "--currency", "USD"]).ok().contains("SEK"));
    let sorted = ["calls", "--sort", "cost", "--currency", "SEK"];
    let calls = place.json(&[&sorted[..], &["--json"]].concat());
    assert_eq!(calls[0]["currency"], json!({"code": "SEK", "rate": 8.0, "date": "2026-11-01", "total": 0.0108}));
    assert_eq!(calls[1]["currency"], Json::Null, "no price is known");
    let csv = place.run(&[&sorted[..], &["--csv"]].concat()).ok();
    let last: Vec<&str> = csv.lines().map(|line| line.rsplit(',').next().unwrap()).collect();
    assert_eq!(last, ["costSEK", "0.0108", ""]);
    let rates = place.run(&["prices", "gpt-5", "--currency", "SEK"]).ok();
    assert!(rates.contains("$1.25 SEK 10 per million") && rates.contains("SEK at 8 a dollar of 2026-11-01"), "{rates}");
    let rates = place.json(&["prices", "gpt-5", "--currency", "SEK", "--json"]);
    assert_eq!(rates["rates"][0], json!({"part": "input", "usdPerMillion": 1.25, "inCurrency": 10.0}));
    assert_eq!(rates["currency"]["code"], "SEK");
    place.run(&["prices", "gpt-5", "--currency", "EUR"]).failed(2, &["no rate is known for EUR"]);
}

#[test]
fn the_reason_for_a_price_names_no_prefix_that_is_not_there() {
    let place = Place::new();
    for (model, provider, because) in [
        ("gpt-5", "nosuch", "whichever provider has it"),
        ("openrouter/openai/gpt-5", "nosuch", "the prefix names the provider"),
        ("foo/gpt-5", "openai", "without the prefix"),
    ] {
        let price = place.json(&["prices", model, "--provider", provider, "--json"]);
        assert_eq!(price["because"], because, "{model}");
    }
}

#[test]
fn rates_in_a_second_currency_are_told_to_be_reckoned_with() {
    let place = Place::new();
    place.write(
        "callscope.toml",
        "[currency]\ncode = \"SEK\"\nrate = 10.4\n[prices]\nacme = { input = 100, output = 0.05 }\n",
    );
    let rates = place.run(&["prices", "acme"]).ok();
    assert!(rates.contains("$100 SEK 1,040 per million"), "{rates}");
    assert!(rates.contains("$0.05 SEK 0.52 per million"), "{rates}");
}

#[test]
fn a_price_of_ones_own_in_other_capitals_is_offered() {
    let place = Place::new();
    place.write("calls.jsonl", call("a", "ACME-LARGE", 1_000));
    place.write("callscope.toml", "[prices]\nacme-large = { input = 2, output = 8 }\n");
    let text = place.run(&["report"]).ok();
    assert!(text.contains("\"ACME-LARGE\" = { like = \"acme-large\" }, or"), "{text}");
    assert_eq!(place.json(&["report", "--json"])["cost"]["unpricedModels"][0]["like"], json!(["acme-large"]));
    let bill = &place.json(&["show", "a", "--json"])["bill"];
    let said = "callscope.toml has a price of acme-large: a name counts only as it is written";
    assert_eq!(bill["unpricedBecause"], json!(said));
    place.run(&["prices", "ACME-LARGE"]).failed(1, &["is it acme-large?"]);
}

#[test]
fn ones_own_rates_may_be_for_sound() {
    let place = Place::new();
    let sound = r#"{"id":"a","timestamp":"2026-01-05T10:00:00Z","model":"acme","input_tokens":1000,"output_tokens":10,"input_audio_tokens":400}"#;
    place.write("calls.jsonl", sound);
    place.write("callscope.toml", "[prices]\nacme = { input = 2, output = 8, audio_input = 10 }\n");
    assert_eq!(nanos(&place.json(&["report", "--json"])["cost"]["totalUsd"]), 1_200_000 + 80_000 + 4_000_000);
}
