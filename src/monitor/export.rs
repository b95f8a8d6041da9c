//! Calls written to a file while the screen goes on: a little between two looks at the keys, because a million calls
//! take seconds.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::app::{App, SourceInfo, Written};
use crate::report::privacy::{Privacy, told};
use crate::report::{calls, escape};

/// Calls written between two looks at the clock.
const FEW: usize = 64;

/// See the module. What is not finished is removed again.
pub struct Export {
    path: PathBuf,
    out: BufWriter<File>,
    form: Written,
    /// As the screen was when it was asked for.
    privacy: Privacy,
    sources: Vec<SourceInfo>,
    rows: Vec<u32>,
    at: usize,
}

impl Export {
    /// Creates the file in the current folder; one that is there already is left alone, and this one gets a number.
    pub fn begin(app: &App, name: &str, form: Written, rows: Vec<u32>) -> io::Result<Self> {
        let folder = std::env::current_dir()?;
        let create = |nth: u32| {
            let number = if nth > 1 { format!("-{nth}") } else { String::new() };
            let path = folder.join(format!("{name}{number}.{}", form.ending()));
            OpenOptions::new().write(true).create_new(true).open(&path).map(|file| (path, file))
        };
        let is_taken =
            |made: &io::Result<_>| matches!(made, Err(error) if error.kind() == io::ErrorKind::AlreadyExists);
        let (path, file) = (1..=99).map(create).find(|made| !is_taken(made)).unwrap_or_else(|| create(100))?;
        let sources = app.sources.iter().map(|source| (*source.info).clone()).collect();
        let privacy = Privacy { masked: app.masked, secrets: app.manner.secrets };
        let mut export = Self { path, out: BufWriter::new(file), form, privacy, sources, rows, at: 0 };
        if form == Written::Csv {
            calls::csv(&mut export.out, None, std::iter::empty())?;
        }
        Ok(export)
    }

    /// Writes for a while; once all is written, says what and where.
    pub fn go_on(&mut self, app: &App, time: Duration) -> io::Result<Option<String>> {
        let began = Instant::now();
        while self.at < self.rows.len() && began.elapsed() < time {
            let end = self.rows.len().min(self.at + FEW);
            let rows = self.rows[self.at..end].iter().filter_map(|row| app.store.get(*row));
            let mut calls = rows.map(|row| told(calls::call(row, &self.sources), self.privacy));
            match self.form {
                Written::Csv => calls::csv_rows(&mut self.out, None, calls)?,
                Written::Ndjson => calls.try_for_each(|call| {
                    escape::compact(&mut self.out, &call)?;
                    self.out.write_all(b"\n")
                })?,
            }
            self.at = end;
        }
        if self.at < self.rows.len() {
            return Ok(None);
        }
        self.out.flush()?;
        let (name, folder) = (self.path.file_name().unwrap_or_default(), self.path.parent());
        let folder = folder.map(|folder| format!(" in {}", folder.display())).unwrap_or_default();
        let calls = crate::ui::numbers::grouped(self.rows.len() as u64);
        Ok(Some(format!("{calls} calls written: {}{folder}", name.display())))
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        if self.at < self.rows.len() {
            let _ = fs::remove_file(&self.path);
        }
    }
}
