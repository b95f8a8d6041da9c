//! `calls --follow --ndjson` running beside a test, and what it has told so far.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use rustix::process::Signal;
use serde_json::Value as Json;

use super::{Place, code_of, signal, wait_or};

#[derive(Debug)]
pub struct Follow {
    child: Child,
    told: Arc<Mutex<Vec<Json>>>,
}

impl Follow {
    /// Follows `sources`, as text of the command line.
    pub fn start(place: &Place, more: &[&str]) -> Self {
        let args = [&["calls", "--follow", "--ndjson"], more].concat();
        let mut child = place.command(&args).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ear = told.clone();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let record = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
                ear.lock().unwrap().push(record);
            }
        });
        Self { child, told }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Everything, in the order it was told.
    pub fn told(&self) -> Vec<Json> {
        self.told.lock().unwrap().clone()
    }

    /// The last word on each call, by id.
    pub fn calls(&self) -> BTreeMap<String, Json> {
        self.told().into_iter().map(|call| (call["id"].as_str().unwrap().to_owned(), call)).collect()
    }

    /// Waits until all these calls have been told.
    pub fn wait_ids(&self, ids: &[&str]) -> &Self {
        let all = || ids.iter().all(|id| self.calls().contains_key(*id));
        wait_or(|| all().then_some(()), || format!("{ids:?}; told were {:?}", self.ids()));
        self
    }

    /// Waits until the call's last telling has `value` under `key`.
    pub fn wait_value(&self, id: &str, key: &str, value: &Json) -> &Self {
        let is_so = || self.calls().get(id).filter(|call| call[key] == *value).map(drop);
        wait_or(is_so, || format!("{id} with {key} {value}; it is {:?}", self.calls().get(id)));
        self
    }

    pub fn wait_count(&self, count: usize) -> &Self {
        let there = || (self.calls().len() >= count).then_some(());
        wait_or(there, || format!("{count} calls; told were {:?}", self.ids()));
        self
    }

    pub fn ids(&self) -> Vec<String> {
        self.calls().into_keys().collect()
    }

    /// How often a call was told; that it is gone is no telling.
    pub fn times(&self, id: &str) -> usize {
        self.told().iter().filter(|call| call["id"] == id && call["gone"] != true).count()
    }

    /// Ends it as a service manager would, and gives its exit code.
    pub fn end(mut self) -> i32 {
        signal(self.pid(), Signal::TERM);
        code_of(&mut self.child)
    }
}

impl Drop for Follow {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
