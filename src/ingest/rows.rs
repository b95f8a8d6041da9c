//! Rows of a table to batches, through one format. A row is a call, or holds the running totals of many, or all calls of
//! a chat.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::format::{Format, Memory, Plan, Role, Slots, Value, standard};
use super::growth::{Growth, News};
use super::read::fingerprint;
use super::sqlite;
use crate::model::batch::hash;
use crate::model::{Batch, Call, Scribe, SourceId, Span, Status};

/// Reads the rows of one table.
#[derive(Debug)]
pub struct Rows {
    format: Arc<Format>,
    plan: Plan,
    columns: Vec<String>,
    table: String,
    scribe: Scribe,
    memory: Memory,
    growth: Growth,
    /// What rows told that hold many calls, by what each is known by and what it said: what has not changed is not told
    /// again.
    told: HashMap<i64, Vec<(u64, u64)>>,
}

impl Rows {
    /// `all` are the columns that the table has: only those are asked for.
    pub fn new(source: SourceId, format: Arc<Format>, table: &str, all: &[String]) -> Self {
        let plan = format.new_plan();
        let memory = Memory::default();
        let mut columns = plan.columns();
        columns.retain(|column| all.contains(column));
        if format.unfold.is_some() {
            columns = all.to_vec();
        }
        let (table, scribe) = (table.to_owned(), Scribe::new(source));
        Self { format, plan, columns, table, scribe, memory, growth: Growth::default(), told: HashMap::new() }
    }

    /// The columns to select, in the order in which [`Self::read`] takes their values.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Reads one row. Whether its call is still open: then it will change.
    pub fn read(&mut self, key: i64, values: &[Value<'_>]) -> bool {
        self.scribe.batch.read += 1;
        if let Some(unfold) = self.format.unfold {
            let row = self.columns.iter().cloned().zip(values.iter().map(sqlite::json)).collect();
            return self.unfolded(key, &unfold(Json::Object(row), &self.memory.path));
        }
        let span = Span { at: key as u64, len: 0 };
        let mut slots = Slots::new();
        for (nth, (column, value)) in self.columns.iter().zip(values).enumerate() {
            self.plan.fill_column(nth, column, value, &mut slots);
        }
        let mut call = Call::default();
        match self.format.call(&slots, &mut call, &mut self.memory) {
            Ok(is_call) => {
                let news = if self.format.accumulates { self.growth.news(key, &mut call) } else { News::of(is_call) };
                let stays_open = self.tell(key, &call, news);
                // One that is still open comes again.
                if is_call
                    && !stays_open
                    && let Some(why) = standard::misread(&slots, &self.format.fields, &call)
                {
                    self.scribe.malformed(span, key as u64, why);
                }
                stays_open
            }
            Err(why) => {
                self.scribe.malformed(span, key as u64, why);
                // What is missing may come.
                slots.get(Role::Time).is_absent() || slots.get(Role::Model).is_absent()
            }
        }
    }

    /// Reads the calls that one row holds, the oldest first. Whether one of them is still open.
    fn unfolded(&mut self, key: i64, items: &[Json]) -> bool {
        let known = self.told.remove(&key);
        let span = Span { at: key as u64, len: 0 };
        let mut calls = Vec::new();
        let mut is_open = false;
        for item in items {
            let (mut slots, mut call) = (Slots::new(), Call::default());
            self.plan.fill_json(0, item, &mut slots);
            match self.format.call(&slots, &mut call, &mut self.memory) {
                Ok(true) => {
                    is_open |= call.status == Status::Pending;
                    let id = call.id.as_ref().map_or_else(|| fingerprint(item), |id| hash(id.as_bytes()));
                    calls.push((call.at, (id, fingerprint(item)), item));
                }
                Ok(false) if known.is_none() => self.scribe.skipped(),
                Err(why) if known.is_none() => self.scribe.malformed(span, key as u64, why),
                Ok(false) | Err(_) => {}
            }
        }
        calls.sort_by_key(|(at, told, _)| (*at, *told));
        let known = known.unwrap_or_default();
        if calls.is_empty() && !known.is_empty() {
            self.scribe.batch.gone.push(key as u64);
        }
        // The first of a row stands in place of all: when it is told, so are the others.
        let goes_on = known.first() == calls.first().map(|(_, told, _)| told)
            && known.len() <= calls.len()
            && known.iter().zip(&calls).all(|(known, (_, told, _))| known.0 == told.0);
        for (nth, (_, told, item)) in calls.iter().enumerate() {
            if !goes_on || known.get(nth) != Some(told) {
                let (mut slots, mut call) = (Slots::new(), Call::default());
                self.plan.fill_json(0, item, &mut slots);
                if self.format.call(&slots, &mut call, &mut self.memory) == Ok(true) {
                    self.scribe.write(&call, told.1, Span { at: key as u64, len: nth as u32 });
                }
            }
        }
        self.told.insert(key, calls.into_iter().map(|(_, told, _)| told).collect());
        is_open
    }

    fn tell(&mut self, key: i64, call: &Call<'_>, news: News) -> bool {
        match news {
            News::Nothing => {}
            News::NoCall => {
                self.scribe.skipped();
                if self.format.accumulates {
                    self.scribe.batch.gone.push(key as u64);
                }
            }
            News::Call(nth) => {
                if self.format.accumulates {
                    self.scribe.batch.gone.retain(|gone| *gone != key as u64);
                }
                let place = format!("{}:{key}@{}", self.table, call.at.0);
                self.scribe.write(call, hash(place.as_bytes()) ^ u64::from(nth), Span { at: key as u64, len: nth });
                return call.status == Status::Pending;
            }
        }
        false
    }

    pub fn gone(&mut self, key: i64) {
        self.growth.forget(key);
        self.told.remove(&key);
        self.scribe.batch.gone.push(key as u64);
    }

    pub fn take(&mut self) -> Batch {
        self.scribe.take()
    }

    pub fn is_empty(&self) -> bool {
        self.scribe.batch.is_empty()
    }
}
