//! Findings, for scripts and for people.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use crate::model::numbers::money;
use crate::model::{Stamp, clean};
use crate::rules::verdict::Verdict;
use crate::rules::{Finding, Severity};

/// A finding, what was said of it, and how many calls show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    pub finding: Finding,
    pub verdict: Verdict,
    pub calls: u64,
}

/// As in the interface, and what shows later whether the advice was right.
pub fn json(alert: &Alert) -> Json {
    let finding = &alert.finding;
    let mut json = recommendation(finding);
    json["kind"] = json!(finding.kind.word());
    json["because"] = json!(finding.because);
    json["worthUsdPerMonth"] = json!(finding.worth);
    json["since"] = json!(finding.since.map(Stamp::iso));
    json["calls"] = json!(alert.calls);
    json["check"] = json!(finding.check);
    json["state"] = json!(alert.verdict.word());
    json
}

/// As in the analytics answer of seed 003.
pub fn recommendation(finding: &Finding) -> Json {
    json!({
        "type": finding.rule,
        "severity": finding.severity.word(),
        "message": finding.message,
        "model": finding.model,
        "route": finding.route,
        "data": finding.data,
        "evidence": finding.evidence,
    })
}

/// `▲ HIGH`, `● MED`, `○ LOW`: never by colour alone.
pub fn badge(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "▲ HIGH",
        Severity::Medium => "● MED ",
        Severity::Low => "○ LOW ",
    }
}

/// For people: what, why, what it is worth, and what proves it.
pub fn text(mut out: impl Write, alert: &Alert) -> io::Result<()> {
    let finding = &alert.finding;
    let state = match alert.verdict {
        Verdict::New => String::new(),
        other => format!("   ({})", other.word()),
    };
    let said = clean::field(&finding.message);
    writeln!(out, "{}  {:<7}  {said}{state}", badge(finding.severity), finding.kind.word())?;
    writeln!(out, "    why       {}", clean::field(&finding.because.join(", ")))?;
    match (finding.worth, finding.saves) {
        (Some(worth), _) => writeln!(out, "    worth     {} in thirty days at this rate", money(worth))?,
        (None, Some(saves)) => writeln!(out, "    worth     {} of these calls", money(saves))?,
        (None, None) => {}
    }
    if let Some(since) = finding.since {
        writeln!(out, "    since     {}", since.local().format("%Y-%m-%d %H:%M"))?;
    }
    if !finding.evidence.is_empty() {
        writeln!(out, "    evidence  {}   ({} calls)", clean::field(&finding.evidence), alert.calls)?;
    }
    writeln!(out, "    check     {}", finding.check)?;
    writeln!(out, "    limits    {} in callscope.toml", crate::rules::limits_of(finding.rule))
}
