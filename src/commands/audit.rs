//! `callscope audit`: do the books agree? Exit code 3 where they do not, so that a build can stop there.

use std::collections::HashMap;
use std::io::Write;
use std::process::ExitCode;

use super::Failure;
use super::books::Books;
use super::look::resolve;
use crate::cli::AuditArgs;
use crate::figures::audit::{Audit, Subject};
use crate::model::Window;
use crate::report::audit::{Notes, json, text};
use crate::report::{Out, escape};
use crate::store::Pricer;

/// The exit code of an answer that something disagrees.
const FOUND: u8 = 3;

/// Calls whose log's claim is looked into, at up to a millisecond each: all prices of a maker are tried.
const LOOKED_INTO: usize = 1_000;

pub fn run(args: &AuditArgs) -> Result<ExitCode, Failure> {
    let resolved = resolve(&args.look, false, Window::All)?;
    let mut scope = resolved.scope;
    let (mut books, _) = Books::open(resolved.ingest, &resolved.config.prices);
    books.expect_sources()?;
    books.find_bodies(&mut scope);
    let audit = Audit::of(&books.store, scope);
    let notes = notes(&mut books, &audit);
    let mut out = Out::new();
    if args.json {
        escape::pretty(&mut out, &json(&books.store, &books.infos(), &audit, &notes))?;
    } else {
        text(&mut out, &books.store, &audit, &notes)?;
    }
    out.flush()?;
    Ok(if audit.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

/// What those who know prices can say of the findings.
fn notes(books: &mut Books, audit: &Audit) -> Notes {
    let (mut causes, mut aliases) = (HashMap::new(), HashMap::new());
    for finding in &audit.findings {
        match finding.about {
            Subject::Claim { .. } => {
                let left = LOOKED_INTO.saturating_sub(causes.len());
                for case in finding.cases.iter().take(left) {
                    causes.insert(case.row, books.catalog.likely_cause(books.store.row(case.row)));
                }
            }
            Subject::Unknown { model } => {
                aliases.extend(books.catalog.nearest(books.store.label(model)).map(|alias| (model, alias)));
            }
            _ => {}
        }
    }
    Notes { causes: causes.into_iter().filter_map(|(row, cause)| Some((row, cause?))).collect(), aliases }
}
