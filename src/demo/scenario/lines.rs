//! What the demo's people ask and what its models answer. `{…}` stands for a word that one seed fills the same way in
//! question and answer.

use std::borrow::Cow;

use crate::demo::rng::mix;

/// A question, an answer that fits it, and the tool the answer calls, if it calls one: its name and its arguments as
/// JSON.
#[derive(Debug)]
pub struct Exchange {
    pub asks: &'static str,
    pub answers: &'static str,
    pub tool: Option<(&'static str, &'static str)>,
}

const fn says(asks: &'static str, answers: &'static str) -> Exchange {
    Exchange { asks, answers, tool: None }
}

const fn calls(asks: &'static str, answers: &'static str, name: &'static str, arguments: &'static str) -> Exchange {
    Exchange { asks, answers, tool: Some((name, arguments)) }
}

pub const DEBUGGING: &[Exchange] = &[
    says(
        "{func} in {file} throws \"{error}\" since we deployed {version}. It only happens when the queue is empty. What am I missing?",
        "The length check in {func} comes after the first element is read, so an empty queue gets as far as \"{error}\". Check the length first and return early. {version} drains faster, which is why the empty case became common. A test with an empty queue pins it down.",
    ),
    says(
        "A test in {file} fails about one run in twenty on CI and never on my machine. The assertion compares two timestamps.",
        "It reads the clock twice and expects both readings in the same second. Hand the clock to {func} as an argument and let the test give a fixed one; then the comparison is exact and the sleep can go too.",
    ),
    says(
        "The worker gains about 40 MB an hour after {version}. The heap profile says most of it is held by {func}.",
        "{func} puts every response into a map keyed by request id, and nothing removes an entry when the client disconnects early. Remove it in the same place where the connection is closed, or bound the map; a limit of 10 000 would have hidden this, so log when it is reached.",
    ),
    calls(
        "Run the failing test of {file} and tell me which commit broke it.",
        "I ran the test at five commits. It passes up to the one before {version} and fails with \"{error}\" from there on; that commit moved the retry out of {func}.",
        "run_tests",
        "{\"path\":\"{file}\",\"filter\":\"{func}\",\"bisect\":true}",
    ),
    says(
        "Why does {func} return stale rows right after an update? The cache is cleared, I checked.",
        "It is cleared before the transaction commits, so a reader in between fills it again with the old row. Clear it after the commit. If that is hard to reach from {file}, give the cached entry the row's version and compare.",
    ),
];

pub const CODE_REVIEW: &[Exchange] = &[
    says(
        "Please review this diff of {file}. I replaced the nested loops in {func} with a lookup.",
        "The lookup is right and takes {func} from quadratic to linear. Two remarks: build the map once outside of the retry loop, and keep the first of two equal keys as the loops did; now the last one wins. Otherwise good to merge.",
    ),
    says(
        "Is it safe to call {func} from two threads? It only appends to a list.",
        "Not as it stands. Two appends may grow the list at the same time and one of them is lost. Either lock around the append in {file}, or give each thread its own list and join them at the end; the second is simpler here because the order does not matter.",
    ),
    says(
        "Review the migration of {version}: it adds an index on orders(created_at) and drops the old one in the same step.",
        "Split it in two. While the new index is being built the old one still serves the dashboard; dropping both in one step leaves about a minute without any. Build it concurrently, check the plan of the two slow queries, then drop the old one in the next release.",
    ),
    calls(
        "Look at the callers of {func} and say whether its second argument can go.",
        "Nine callers, all of them pass false. The argument can go; the only override lives in {file} and is a test helper.",
        "find_references",
        "{\"symbol\":\"{func}\",\"include_tests\":true}",
    ),
];

pub const TESTS: &[Exchange] = &[
    says(
        "Write table tests for {func}: empty input, one element, overflow.",
        "Here are six rows: empty, one element, two equal elements, the largest value, the largest value plus one (expects \"{error}\"), and a negative length. The overflow row fails on main today, so {func} needs the checked addition first.",
    ),
    calls(
        "Which lines of {file} are not covered after {version}?",
        "Lines 48 to 61 and 90: the branch that handles \"{error}\", and the early return of {func}. One test that closes the connection in the middle of a page would reach both.",
        "coverage",
        "{\"path\":\"{file}\",\"since\":\"{version}\"}",
    ),
    says(
        "Turn this bug report into a failing test for {func}.",
        "The smallest case I find is a list of two records with equal keys and different dates. It fails with \"{error}\" as in the report and needs no network. I put it beside the other tests of {file}.",
    ),
];

pub const CHAT: &[Exchange] = &[
    says(
        "Hi, I ordered a {product} last week and the tracking still says \"label created\". My order is {invoice}.",
        "Thanks for waiting. Your {product} left our warehouse in {city} this morning; the carrier scans it on arrival, so the page will move tonight. If nothing has changed by the day after tomorrow, answer here and I send a new one.",
    ),
    says(
        "The {product} arrived with a crack in the lid. Can I return only the lid? /{person}",
        "I am sorry about that, {person}. You need not send anything back: a new lid is on its way to you and should arrive within three days. The old one can go into ordinary plastic recycling.",
    ),
    says(
        "You charged me {amount} twice for order {invoice}!!",
        "I see both of them. The first is a reservation by your bank that we never collected, the second is the payment. The reservation disappears by itself in two to five days; I have also asked the bank to release it now.",
    ),
    calls(
        "Can I still change the address of {invoice}? We have moved to {city}.",
        "Yes, it has not been packed. I changed the address to the one in your profile in {city}; you will get a new confirmation in a minute.",
        "update_address",
        "{\"order\":\"{invoice}\",\"city\":\"{city}\",\"from_profile\":true}",
    ),
    says(
        "does the {product} work with 110 volts? travelling to the states in may",
        "It does: the {product} takes 100 to 240 volts, so all you need is a plug adapter for the United States. The printed range is on the underside.",
    ),
];

pub const TRIAGE: &[Exchange] = &[
    says(
        "Ticket {ticket}: \"I was billed {amount} after I had cancelled, I want this fixed today.\" Which queue, how urgent?",
        "{\"ticket\":\"{ticket}\",\"queue\":\"billing\",\"priority\":\"high\",\"reason\":\"charged after cancellation, asks for same-day answer\"}",
    ),
    says(
        "Ticket {ticket}: \"it doesnt work\". Which queue, how urgent?",
        "{\"ticket\":\"{ticket}\",\"queue\":\"clarify\",\"priority\":\"low\",\"reason\":\"no product and no symptom given\"}",
    ),
    says(
        "Ticket {ticket}: \"The {product} smells burnt and the cable is hot.\" Which queue, how urgent?",
        "{\"ticket\":\"{ticket}\",\"queue\":\"safety\",\"priority\":\"urgent\",\"reason\":\"possible fire hazard with {product}\"}",
    ),
];

pub const SUMMARISE: &[Exchange] = &[
    says(
        "Summarise the thread of {ticket} in three sentences for the handover.",
        "{person} received a {product} with a scratch and was offered 15 % or a replacement. They chose the replacement, which is out of stock in {city} until Thursday. Promised: a message when it ships, and no charge for the return.",
    ),
    says(
        "What has been promised to the customer in {ticket}, in short?",
        "A refund of {amount} to the original card, confirmed by {person} on our side, and a voucher that has not been sent yet.",
    ),
];

pub const EXTRACT: &[Exchange] = &[
    says(
        "Extract supplier, number, date, net, VAT and total from this invoice as JSON.",
        "{\"supplier\":\"{customer}\",\"number\":\"{invoice}\",\"date\":\"2026-01-02\",\"net\":\"{amount}\",\"vat_rate\":0.25,\"currency\":\"SEK\",\"confidence\":\"high\"}",
    ),
    calls(
        "Extract the table of {invoice} from {customer} and file it.",
        "Filed {invoice} of {customer}: four lines, {amount} in all. Line three has no article number, so I left it open.",
        "file_invoice",
        "{\"supplier\":\"{customer}\",\"number\":\"{invoice}\",\"lines\":4,\"total\":\"{amount}\"}",
    ),
    says(
        "Is this a reminder or a new invoice? {invoice}, {customer}.",
        "{\"kind\":\"reminder\",\"of\":\"{invoice}\",\"supplier\":\"{customer}\",\"fee\":\"60.00 SEK\"}",
    ),
];

pub const TRANSLATE: &[Exchange] = &[
    says(
        "Translate to Swedish, friendly tone: \"Your {product} is ready to be collected in {city} until Friday.\"",
        "Hej! Din {product} finns nu att hämta i {city} till och med fredag. Ta gärna med legitimation, så går det snabbare. Välkommen!",
    ),
    says(
        "Translate to German: \"We have received your payment of {amount}. Thank you, {person}.\"",
        "Wir haben Ihre Zahlung über {amount} erhalten. Vielen Dank, {person}! Die Rechnung {invoice} ist damit vollständig beglichen.",
    ),
];

pub const REPORT: &[Exchange] = &[
    says(
        "Write the weekly report for {city}: sales, returns, the trend against last week.",
        "Sales in {city} were {amount} above last week, carried almost wholly by the {product}. Returns fell from 4.1 to 3.6 per cent. The trend is up for the third week, but two thirds of it came from one order by {customer}, so I would not plan stock on it yet.",
    ),
    calls(
        "Which supplier became more expensive this quarter? Show the trend.",
        "{customer}: plus 7 per cent since October over eleven invoices, freight included. All others moved less than one per cent.",
        "query_ledger",
        "{\"group_by\":\"supplier\",\"from\":\"2025-10-01\",\"measure\":\"unit_price\"}",
    ),
];

pub const CODEWORKS: &str = "You work in the repository of a web shop: a Rust service, a TypeScript front end and a few Python jobs. Read the material before you answer. Say what is wrong and why, then the smallest change that mends it, then how to test it. Do not rewrite what was not asked about. If the material does not show the cause, say which file or log would.";
pub const HELPDESK: &str = "You answer customers of a web shop for kitchen ware. Be brief and warm, in the customer's language. Never promise a date that the order system does not show. Refunds above 100 EUR go to a colleague. When asked to classify, answer with one JSON object and nothing else.";
pub const BACKOFFICE: &str = "You read invoices, notices and ledgers. Copy amounts and numbers exactly as they are printed; never compute a value that is missing. Answer with one JSON object when a form is asked for, with plain sentences otherwise. Amounts are in SEK unless the paper says so.";

pub const LOG_LINES: &[&str] = &[
    "INFO  queue: drained 128 messages in 41 ms, backlog {n}",
    "WARN  {func}: retry {n} of 5 after \"{error}\"",
    "ERROR {file}:{n} {error}",
    "DEBUG pool: {n} connections in use, 3 idle, waited 12 ms",
    "INFO  http: GET /orders/{n} 200 in 18 ms (cache hit)",
    "    at {func} ({file}:{n})",
    "-    let first = queue[0];",
    "+    let Some(first) = queue.first() else { return Ok(None) };",
    "INFO  deploy: {version} is live on 6 of 6 hosts",
];

pub const THREAD_LINES: &[&str] = &[
    "{person}: I wrote to you on Monday and have not had an answer. Order {invoice}.",
    "Agent: Thank you for your patience. I have found the order and asked the warehouse in {city}.",
    "{person}: The tracking page shows nothing for {n} hours.",
    "Agent: It was scanned in {city} at 06:{n}. The page is slow today.",
    "{person}: OK. And the lid of the {product}? It is cracked – see the photo.",
    "System: attachment IMG_{n}.jpg (1.{n} MB)",
    "Agent: That should not happen. You get a new one, free of charge.",
    "{person}: Tack så mycket! 🙏",
];

pub const LEDGER_LINES: &[&str] = &[
    "{invoice};{customer};2026-01-02;{amount};SEK;25%;paid",
    "{invoice}-{n};{customer};2025-12-29;{amount};SEK;12%;open",
    "Article {n}  {product}, 12 pcs  {amount}",
    "Freight {city}, 2 pallets  1 {n}5,00",
    "Förfallodatum: 2026-02-01   OCR: 99{n}0421{n}",
    "Account 4010 goods for resale, cost centre {n}",
];

const SLOTS: &[(&str, &[&str])] = &[
    ("func", &["next_batch", "load_orders", "merge_carts", "flushQueue", "parse_invoice", "withRetry", "renderTotals"]),
    (
        "file",
        &[
            "src/queue/worker.rs",
            "src/orders/store.rs",
            "web/cart/totals.ts",
            "jobs/import_prices.py",
            "src/http/retry.rs",
        ],
    ),
    (
        "error",
        &[
            "index out of bounds: the len is 0 but the index is 0",
            "TypeError: Cannot read properties of undefined (reading 'id')",
            "deadlock detected",
            "KeyError: 'unit_price'",
            "connection reset by peer",
        ],
    ),
    ("version", &["v4.18.0", "v4.18.2", "v4.19.0", "v4.20.0-rc1"]),
    ("product", &["pressure cooker", "moka pot", "cast-iron pan", "hand blender", "kitchen scale", "knife set"]),
    ("person", &["Åsa Lindqvist", "Jürgen Weiß", "Mary O'Neill", "Zoë de Vries", "Łukasz Nowak", "Noor Haddad"]),
    ("city", &["Malmö", "Göteborg", "Köln", "Utrecht", "Gdańsk", "Aarhus"]),
    ("amount", &["1 249,00 SEK", "89,50 SEK", "12 480,00 SEK", "349,00 SEK", "64,90 EUR"]),
    ("invoice", &["F-20931", "F-20977", "F-21004", "F-21038", "F-21111", "F-21240"]),
    ("ticket", &["#48120", "#48133", "#48177", "#48201", "#48266"]),
    ("customer", &["Nordkök AB", "Gußwerk GmbH", "Van Dam & Zn.", "Emalj i Småland", "Porcelana Sp. z o.o."]),
];

/// Slots that differ from line to line of a prompt's material; the others name what the whole prompt is about.
const PASSING: &[&str] = &["n", "product", "amount", "func", "file"];

/// The text with its slots filled; `seed` decides how, alike in every text it fills.
pub fn fill(template: &str, seed: u64) -> String {
    fill_with(template, |slot| word(slot, seed))
}

/// A line of material: passing things by the line's own number, the rest as in the question.
pub fn material(template: &str, seed: u64, line: u64) -> String {
    fill_with(template, |slot| word(slot, if PASSING.contains(&slot) { mix(seed ^ line) } else { seed }))
}

fn fill_with(template: &str, word: impl Fn(&str) -> Option<Cow<'static, str>>) -> String {
    let mut out = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let found = rest.find('}').and_then(|close| Some((word(&rest[1..close])?, close)));
        let Some((word, close)) = found else {
            // The brace of a JSON text.
            out.push('{');
            rest = &rest[1..];
            continue;
        };
        out.push_str(&word);
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out
}

fn word(slot: &str, seed: u64) -> Option<Cow<'static, str>> {
    if slot == "n" {
        return Some((10 + mix(seed ^ 0x6E) % 80).to_string().into());
    }
    let (index, (_, words)) = SLOTS.iter().enumerate().find(|(_, (name, _))| *name == slot)?;
    let chosen = mix(seed.wrapping_add(index as u64 + 1)) % words.len() as u64;
    Some(words[chosen as usize].into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::scenario::cast::ROUTERS;

    #[test]
    fn question_and_answer_speak_of_the_same_things() {
        let (asks, answers) = (fill("a {product} for {city}", 5), fill("{city}: {product}", 5));
        let (product, city) = asks.strip_prefix("a ").unwrap().split_once(" for ").unwrap();
        assert_eq!(answers, format!("{city}: {product}"));
    }

    #[test]
    fn every_slot_is_known_and_every_json_stays_json() {
        for route in ROUTERS.iter().flat_map(|router| router.routes) {
            for exchange in route.exchanges {
                for seed in 0..20 {
                    let asks = fill(exchange.asks, seed);
                    assert!(!asks.contains('{'), "{asks}");
                    let answer = fill(exchange.answers, seed);
                    if answer.starts_with('{') {
                        serde_json::from_str::<serde_json::Value>(&answer).unwrap();
                    } else {
                        assert!(!answer.contains('{'), "{answer}");
                    }
                    if let Some((_, arguments)) = exchange.tool {
                        serde_json::from_str::<serde_json::Value>(&fill(arguments, seed)).unwrap();
                    }
                }
            }
        }
    }

    #[test]
    fn material_has_no_slot_left() {
        for router in &ROUTERS {
            for line in router.material {
                let filled = material(line, 3, 4);
                for (slot, _) in SLOTS {
                    assert!(!filled.contains(&format!("{{{slot}}}")), "{filled}");
                }
            }
        }
    }
}
