//! A large backlog of one file, read by several threads.

use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;

use super::super::event::{Event, Health};
use super::super::tail::{Step, Tail};
use super::{Files, Followed};
use crate::model::Batch;

/// A backlog of this many bytes is read by several threads.
pub(super) const WORTH_THREADS: u64 = 4 << 20;
/// How many: three bring as much as the one who keeps the store can take, and two cores are kept busy by no fewer.
pub(super) const LANES: u8 = 3;
/// Blocks that wait for a lane, and behind it: to be woken for each would cost more than to read it.
const DEALT: usize = 4;

impl Files {
    /// Reads a large backlog with a thread for each lane: this one cuts blocks and deals them out in turn, and another
    /// takes the batches back in the same turn, so that they leave in the order of the file. The first step that is no
    /// plain block is handed back.
    pub(super) fn drain_by_threads(&self, file: &mut Followed, buffer: &mut Vec<u8>) -> Option<Dealt> {
        let (Some(reader), tail) = (&mut file.reader, &mut file.tail) else { return Some(Dealt(None)) };
        let (id, out, mut numbering) = (reader.id, &self.out, reader.lines.numbering);
        let (numbered, left) = thread::scope(|scope| {
            let (mut blocks, mut batches) = (Vec::new(), Vec::new());
            for lane in reader.lines.lanes() {
                let (to_lane, dealt) = sync_channel::<(Vec<u8>, u64)>(DEALT);
                let (to_sender, read) = sync_channel::<(Batch, Vec<u8>)>(DEALT);
                blocks.push(to_lane);
                batches.push(read);
                scope.spawn(move || {
                    for (block, at) in dealt {
                        if to_sender.send((lane.read(&block, at), block)).is_err() {
                            return;
                        }
                    }
                });
            }
            let (give_back, spare) = channel::<Vec<u8>>();
            let sender = scope.spawn(move || {
                for read in batches.iter().cycle() {
                    let Ok((batch, block)) = read.recv() else { break };
                    let _ = give_back.send(block);
                    out.send(Event::Batch(numbering.number(batch)))?;
                }
                Some(numbering)
            });
            let left = deal(tail, &blocks, &spare, buffer, &|done, of| {
                out.send(Event::Health(id, Health::Reading { done, of }))
            });
            drop(blocks);
            (sender.join().ok().flatten(), left)
        });
        reader.lines.numbering = numbered?;
        Some(Dealt(left))
    }
}

/// What the threads have left: the step that was no plain block, if it was one that ended them.
pub(super) struct Dealt(pub(super) Option<Step>);

/// Bytes that are there and not read yet.
pub(super) fn backlog(tail: &Tail) -> u64 {
    tail.size().saturating_sub(tail.offset())
}

/// Deals blocks out in turn for as long as there is a backlog. The first step that is no plain block comes back, its
/// bytes in `buffer`.
fn deal(
    tail: &mut Tail,
    lanes: &[SyncSender<(Vec<u8>, u64)>],
    spare: &Receiver<Vec<u8>>,
    buffer: &mut Vec<u8>,
    progress: &dyn Fn(u64, u64) -> Option<()>,
) -> Option<Step> {
    for (turn, lane) in lanes.iter().cycle().enumerate() {
        if backlog(tail) == 0 {
            return None;
        }
        let mut block = spare.try_recv().unwrap_or_default();
        match tail.next(&mut block) {
            Step::Lines { at, provisional: false } => {
                // Nobody takes it: nobody listens any more, which the caller learns by himself.
                lane.send((block, at)).ok()?;
            }
            other => {
                *buffer = block;
                return Some(other);
            }
        }
        if turn % 16 == 15 {
            progress(tail.offset(), tail.size())?;
        }
    }
    None
}
