//! One call that fails a check, as its two books tell it, field beside field; what is wrong within one book beside what
//! it should be.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame::{self, Words};
use crate::figures::audit::{self, Case, Field, Finding, Subject, accounts_of, differences, title, what};
use crate::model::{SourceId, Span as Place, clean};
use crate::store::{Account, Row};
use crate::ui::canvas::Canvas;
use crate::ui::cx::Cx;
use crate::ui::part::{line, pane};
use crate::ui::theme::Role;
use crate::ui::{layout, numbers};

/// Cells of a field's name.
const NAME: usize = 10;
/// Cells of what stands after the fields.
const MARK: usize = 9;

/// A line of the comparison: a field, its two values, and what is to be said of them.
struct Fact {
    name: &'static str,
    sides: [String; 2],
    /// `≠`, or by how much.
    mark: String,
}

impl Fact {
    fn new(name: &'static str, left: impl Into<String>, right: impl Into<String>) -> Self {
        Self { name, sides: [left.into(), right.into()], mark: String::new() }
    }

    fn marked(self, mark: impl Into<String>) -> Self {
        Self { mark: mark.into(), ..self }
    }
}

pub fn draw(cx: Cx, area: Rect, out: &mut Canvas) {
    let (finding, case) = (cx.app.current_finding(), cx.app.current_case());
    let (Some(finding), Some(case)) = (finding, case) else {
        let inner = frame::draw(cx, None, Words::new("compare"), area, out);
        return super::graphs::hush(cx, "no call fails this check", inner, out);
    };
    let place = cx.app.place().cursor(crate::app::Pane::Cases).nth as u64 + 1;
    let of = numbers::grouped(finding.cases.len() as u64);
    let mut details =
        vec![cx.ink.text(Role::Strong, numbers::grouped(place)), cx.ink.text(Role::Muted, format!(" of {of}   "))];
    details.extend(cx.hints(["previous", "next"], "prev/next"));
    let words = Words::new(title(finding.about.check())).details(Line::from(details));
    let inner = pane::padded(frame::draw(cx, None, words, area, out));
    let row = cx.app.store.row(case.row);
    let (mut facts, remarks) = told(cx, finding, case, row);
    if facts.len() + remarks.len() > usize::from(inner.height) {
        // Where room is what is said of it matters more than when it was.
        facts.pop();
    }
    let width = usize::from(inner.width);
    let half = width.saturating_sub(NAME + MARK) / 2;
    let mut lines: Vec<Line> = facts.iter().map(|fact| fact_line(cx, fact, half)).collect();
    for remark in remarks {
        let room = usize::from(inner.height).saturating_sub(lines.len());
        let wrapped = line::wrap(&clean::line(&remark), width);
        if room > wrapped.len() {
            lines.push(Line::default());
        }
        lines.extend(wrapped.into_iter().map(|words| Line::from(cx.ink.text(Role::Text, words))));
    }
    for (at, words) in lines.into_iter().take(usize::from(inner.height)).enumerate() {
        out.left(cx.ink, words, layout::row(inner, at as u16));
    }
}

fn fact_line(cx: Cx, fact: &Fact, half: usize) -> Line<'static> {
    let differs = !fact.mark.is_empty();
    let cell = |text: &str| {
        let text = line::fit_middle(text, half.saturating_sub(1), cx.ink.glyphs.ellipsis).into_owned();
        let blank = half.saturating_sub(line::width(&text));
        let role = match text.as_str() {
            MISSING => Role::Bad,
            _ if fact.name.is_empty() => Role::Title,
            _ if differs => Role::Strong,
            _ => Role::Text,
        };
        [cx.ink.text(role, text), Span::raw(" ".repeat(blank))]
    };
    let mut spans = vec![cx.ink.text(Role::Muted, format!("{:<NAME$}", fact.name))];
    spans.extend(fact.sides.iter().flat_map(|side| cell(side)));
    spans.push(cx.ink.text(Role::Warn, fact.mark.clone()));
    Line::from(spans)
}

const MISSING: &str = "missing";

/// What is shown of a case, and what is said under it.
fn told(cx: Cx, finding: &Finding, case: Case, row: Row<'_>) -> (Vec<Fact>, Vec<String>) {
    let store = &cx.app.store;
    match finding.about {
        Subject::Only { of, not } => {
            let (left, right) = if store.label_of(of) < store.label_of(not) { (of, not) } else { (not, of) };
            (books(cx, case, row, left, right), Vec::new())
        }
        Subject::Differ { left, right, .. } => {
            let weak = "The two have no id in common: they only look like one call, by time, model and tokens.";
            (books(cx, case, row, left, right), case.other.map(|_| weak.to_owned()).into_iter().collect())
        }
        Subject::Claim { .. } => (claim(cx, row), claim_remarks(cx)),
        Subject::Unsound { what, .. } => (alone(cx, row), vec![format!("This call {}.", what.words())]),
        Subject::Unknown { model } => {
            let like = cx.app.alias(store.label(model)).map(|like| format!("{{ like = \"{like}\" }}, or "));
            let name = store.label(model);
            let settles = format!(
                "{}: what settles it, under [prices] in callscope.toml: \"{name}\" = {}{{ input = …, output = … }}, or \"free\" if it costs nothing",
                what(store, finding.about, None),
                like.unwrap_or_default()
            );
            let adds = cx.app.fix().map(|fix| format!("A adds it to callscope.toml: {}", fix.line));
            (alone(cx, row), std::iter::once(settles).chain(adds).collect())
        }
    }
}

/// `app.db:calls#90`, `proxy.jsonl:48190`.
fn place_words(cx: Cx, source: SourceId, place: Option<Place>) -> String {
    let store = &cx.app.store;
    let label = clean::line(audit::name(store, source)).into_owned();
    match place {
        Some(place) if store.table_of(source).is_some() => format!("{label}#{}", place.at as i64),
        Some(place) => format!("{label}:{}", numbers::grouped(place.at)),
        None => label,
    }
}

fn books(cx: Cx, case: Case, row: Row<'_>, left: SourceId, right: SourceId) -> Vec<Fact> {
    let store = &cx.app.store;
    let sides = accounts_of(store, case, left, right);
    let fields = match sides {
        [Some((one, _)), Some((other, _))] => differences(store, row, &one, &other),
        _ => Vec::new(),
    };
    let mark = |field: Field| if fields.contains(&field) { "≠" } else { "" };
    let each = |name: &'static str, says: &dyn Fn(&Account) -> String| {
        let [one, other] = sides.map(|side| side.map_or_else(String::new, |(account, _)| says(&account)));
        Fact::new(name, one, other)
    };
    let [one, other] = [(left, sides[0]), (right, sides[1])]
        .map(|(source, side)| place_words(cx, source, side.map(|(_, place)| place)));
    let id = |row: u32| cx.private(&store.row(row).id());
    let [left_id, right_id] = sides.map(|side| match side {
        None => MISSING.to_owned(),
        Some((account, _)) => {
            let told = case.other.filter(|other| store.row(*other).source() == account.source);
            id(told.unwrap_or(case.row))
        }
    });
    let mut facts = vec![Fact::new("", one, other)];
    if let Some(execution) = store.execution_of(case.row) {
        let execution = cx.private(execution);
        let [one, other] = sides.map(|side| if side.is_some() { execution.clone() } else { MISSING.to_owned() });
        facts.push(Fact::new("execution", one, other));
    } else {
        facts.push(Fact::new("id", left_id, right_id));
    }
    let model =
        |account: &Account| clean::line(store.names().get(account.model).unwrap_or(numbers::UNKNOWN)).into_owned();
    let cost = |account: &Account| account.cost.map_or(numbers::UNKNOWN.to_owned(), numbers::money_exact);
    let when = |account: &Account| account.at.local().format("%b %d %H:%M:%S%.3f").to_string();
    facts.push(each("model", &model).marked(mark(Field::Model)));
    facts.push(each("tokens", &|account| tokens(account.tokens, account.output)).marked(mark(Field::Tokens)));
    facts.push(each("cost", &cost).marked(mark(Field::Cost)));
    let apart = match sides {
        [Some((one, _)), Some((other, _))] => skew(other.at.0 - one.at.0),
        _ => String::new(),
    };
    facts.push(each("when", &when).marked(apart));
    facts
}

/// `+0.19s`; nothing where both say the same moment.
fn skew(millis: i64) -> String {
    match millis {
        0 => String::new(),
        _ => format!("{}{}", if millis < 0 { "−" } else { "+" }, numbers::seconds(Some(millis.unsigned_abs()))),
    }
}

fn tokens(total: Option<u64>, output: Option<u32>) -> String {
    match (total, output) {
        (Some(total), Some(output)) => format!(
            "{} in  {} out",
            numbers::grouped(total.saturating_sub(u64::from(output))),
            numbers::grouped(output)
        ),
        (Some(total), None) => format!("{} in all", numbers::grouped(total)),
        (None, _) => numbers::UNKNOWN.to_owned(),
    }
}

/// What the log claims beside our own sum.
fn claim(cx: Cx, row: Row<'_>) -> Vec<Fact> {
    let usage = row.usage();
    let price = cx.app.bill().and_then(|bill| bill.price.as_ref());
    let price = price.map_or_else(|| numbers::UNKNOWN.to_owned(), |price| clean::line(&price.name()).into_owned());
    vec![
        Fact::new("", place_words(cx, row.source(), Some(row.span())), "by its tokens"),
        Fact::new("id", cx.private(&row.id()), ""),
        Fact::new("model", clean::line(row.model().unwrap_or(numbers::UNKNOWN)).into_owned(), price),
        Fact::new("tokens", tokens(usage.total(), usage.output), ""),
        Fact::new(
            "cost",
            row.logged_cost().map_or(numbers::UNKNOWN.to_owned(), numbers::money_exact),
            row.our_cost().map_or(numbers::UNPRICED.to_owned(), numbers::money_exact),
        )
        .marked("≠"),
        Fact::new("when", row.at().local().format("%b %d %H:%M:%S%.3f").to_string(), ""),
    ]
}

fn claim_remarks(cx: Cx) -> Vec<String> {
    let Some(bill) = cx.app.bill() else { return Vec::new() };
    match &bill.likely_cause {
        Some(cause) => vec![format!("Likely cause: {cause}.")],
        None => vec!["No usual mistake gives this amount.".to_owned()],
    }
}

/// A call by itself: what its record says of tokens and times.
fn alone(cx: Cx, row: Row<'_>) -> Vec<Fact> {
    let usage = row.usage();
    let count = |part: Option<u32>| part.map_or(numbers::UNKNOWN.to_owned(), numbers::grouped);
    let total = usage.total_logged.map(|total| format!("{} in all", numbers::grouped(total))).unwrap_or_default();
    vec![
        Fact::new("", place_words(cx, row.source(), Some(row.span())), ""),
        Fact::new("id", cx.private(&row.id()), ""),
        Fact::new("model", clean::line(row.model().unwrap_or(numbers::UNKNOWN)).into_owned(), ""),
        Fact::new("tokens", tokens(usage.total(), usage.output), total),
        Fact::new(
            "cached",
            format!("{} read", count(usage.cache_read)),
            format!("{} reasoning", count(usage.reasoning)),
        ),
        Fact::new(
            "took",
            numbers::duration(row.took()),
            row.first_token()
                .map(|first| format!("first token {}", numbers::duration(Some(first))))
                .unwrap_or_default(),
        ),
        Fact::new("when", row.at().local().format("%b %d %H:%M:%S%.3f").to_string(), ""),
    ]
}
