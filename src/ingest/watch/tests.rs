//! What wakes the reader, and what does not.

use std::fs;
use std::path::Path;

use notify::event::{AccessKind, CreateKind, DataChange, Event, EventKind, Flag, MetadataKind, ModifyKind, RenameMode};

use super::*;

const HOUR: Duration = Duration::from_hours(1);

/// Events alone must do: the floor is an hour away.
fn by_events() -> Watcher {
    Watcher::new(WatchOptions { poll: false, floor: HOUR })
}

/// Waits until `path` is announced, or a rescan at which it is there.
fn wait_for(watcher: &mut Watcher, path: &Path) -> Wake {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        assert!(Instant::now() < deadline, "never told of {}", path.display());
        let wake = watcher.next(Duration::from_secs(1));
        match &wake {
            Wake::Paths(paths) if paths.iter().any(|told| told == path) => return wake,
            Wake::Rescan | Wake::Floor if path.exists() => return wake,
            _ => {}
        }
    }
}

/// A watcher of one folder that has done with its first rescan.
fn watching(folder: &Path) -> Watcher {
    let mut watcher = by_events();
    watcher.watch(&[folder.to_path_buf()]);
    assert_eq!(watcher.next(HOUR), Wake::Rescan, "after a watch begins");
    assert_eq!(watcher.polling_because(), None);
    watcher
}

/// As if the kernel had told.
fn tell(watcher: &Watcher, kind: EventKind, paths: &[&Path]) {
    let event = paths.iter().fold(Event::new(kind), |event, path| event.add_path(path.to_path_buf()));
    watcher.hints.take(Ok(event));
}

#[test]
fn a_write_is_announced_under_the_name_the_folder_was_given() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("real")).unwrap();
    let link = dir.path().join("link");
    std::os::unix::fs::symlink("real", &link).unwrap();
    let mut watcher = by_events();
    watcher.watch(&[dir.path().join("real"), link.clone()]);
    assert_eq!(watcher.next(HOUR), Wake::Rescan);
    fs::write(dir.path().join("real/a.jsonl"), "{}\n").unwrap();
    let wake = wait_for(&mut watcher, &link.join("a.jsonl"));
    assert_eq!(wake, Wake::Paths(vec![link.join("a.jsonl"), dir.path().join("real/a.jsonl")]));
}

#[test]
fn names_in_the_current_folder_are_bare() {
    // Without real events: others may write in the folder the tests are run in.
    let mut watcher = Watcher::new(WatchOptions { poll: true, floor: HOUR });
    watcher.watch(&[".".into()]);
    let here = std::env::current_dir().unwrap().canonicalize().unwrap();
    watcher.hints.collect();
    tell(&watcher, EventKind::Create(CreateKind::File), &[&here.join("a.jsonl")]);
    assert_eq!(watcher.hints.collect().paths.into_iter().collect::<Vec<_>>(), [Path::new("a.jsonl")]);
}

#[test]
fn both_names_of_a_rename_are_announced() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new) = (dir.path().join("a"), dir.path().join("b"));
    fs::write(&old, "").unwrap();
    let mut watcher = watching(dir.path());
    fs::rename(&old, &new).unwrap();
    let mut told = std::collections::BTreeSet::new();
    while told.len() < 2 {
        let Wake::Paths(paths) = watcher.next(HOUR) else { panic!("paths only") };
        told.extend(paths);
    }
    assert!(told.contains(&old) && told.contains(&new));
    tell(&watcher, EventKind::Modify(ModifyKind::Name(RenameMode::Both)), &[&old, &new]);
    assert_eq!(watcher.next(HOUR), Wake::Paths(vec![old, new]));
}

#[test]
fn what_we_do_ourselves_does_not_wake_us() {
    let dir = tempfile::tempdir().unwrap();
    let mut watcher = watching(dir.path());
    let (file, shm) = (dir.path().join("app.db"), dir.path().join("app.db-shm"));
    let data = EventKind::Modify(ModifyKind::Data(DataChange::Any));
    tell(&watcher, EventKind::Access(AccessKind::Any), &[&file]);
    tell(&watcher, EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any)), &[&file]);
    tell(&watcher, data, &[&shm]);
    assert_eq!(watcher.next(Duration::ZERO), Wake::Elapsed);
    tell(&watcher, data, &[&file]);
    assert_eq!(watcher.next(Duration::ZERO), Wake::Paths(vec![file]));
}

#[test]
fn w1_an_overflow_has_no_paths_and_still_wakes() {
    let dir = tempfile::tempdir().unwrap();
    let mut watcher = watching(dir.path());
    let overflow = Event::new(EventKind::Other).set_flag(Flag::Rescan);
    assert!(overflow.need_rescan() && overflow.paths.is_empty());
    watcher.hints.take(Ok(overflow));
    assert_eq!(watcher.next(HOUR), Wake::Rescan);
    watcher.hints.take(Err(notify::Error::generic("lost")));
    assert_eq!(watcher.next(HOUR), Wake::Rescan);
}

#[test]
#[cfg(target_os = "linux")]
fn w1_a_queue_that_runs_over_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let mut watcher = watching(dir.path());
    let limit = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
    let limit: usize = limit.trim().parse().unwrap();
    let mut files = ["a", "b"].map(|name| fs::File::create(dir.path().join(name)).unwrap());
    let hints = Arc::clone(&watcher.hints);
    let paused = hints.lock();
    // Turn by turn: the kernel makes one event of equal ones in a row.
    for turn in 0..limit + 1000 {
        std::io::Write::write_all(&mut files[turn % 2], b"x").unwrap();
    }
    drop(paused);
    while watcher.next(HOUR) != Wake::Rescan {}
}

#[test]
fn w6_a_storm_is_one_wake() {
    let dir = tempfile::tempdir().unwrap();
    let mut watcher = watching(dir.path());
    let file = dir.path().join("a.jsonl");
    for _ in 0..50_000 {
        tell(&watcher, EventKind::Modify(ModifyKind::Data(DataChange::Any)), &[&file]);
    }
    assert_eq!(watcher.next(HOUR), Wake::Paths(vec![file]));
    assert_eq!(watcher.next(Duration::ZERO), Wake::Elapsed);
}

#[test]
fn w3_a_folder_made_later_deep_down_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a/b/c");
    let mut watcher = watching(&root);
    assert!(!dir.path().join("a").exists());
    fs::create_dir_all(&root).unwrap();
    fs::write(root.join("f"), "").unwrap();
    wait_for(&mut watcher, &root.join("f"));
    fs::write(root.join("g"), "").unwrap();
    wait_for(&mut watcher, &root.join("g"));
}

#[test]
fn w4_a_folder_moved_away_and_made_again_is_followed_by_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("logs");
    fs::create_dir(&root).unwrap();
    let mut watcher = watching(&root);
    fs::rename(&root, dir.path().join("x")).unwrap();
    fs::create_dir(&root).unwrap();
    fs::write(root.join("f"), "").unwrap();
    wait_for(&mut watcher, &root.join("f"));
    fs::remove_dir_all(&root).unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while !watcher.watched.contains_key(&dir.path().canonicalize().unwrap()) {
        assert!(Instant::now() < deadline, "it waits in the folder above");
        watcher.next(Duration::from_millis(100));
    }
    fs::create_dir(&root).unwrap();
    fs::write(root.join("g"), "").unwrap();
    wait_for(&mut watcher, &root.join("g"));
}

#[test]
fn a_folder_no_longer_named_is_no_longer_watched() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        fs::create_dir(dir.path().join(name)).unwrap();
    }
    let (a, b) = (dir.path().join("a"), dir.path().join("b"));
    let mut watcher = watching(&a);
    watcher.watch(std::slice::from_ref(&b));
    assert_eq!(watcher.next(HOUR), Wake::Rescan);
    watcher.watch(std::slice::from_ref(&b));
    fs::write(a.join("f"), "").unwrap();
    fs::write(b.join("f"), "").unwrap();
    assert_eq!(wait_for(&mut watcher, &b.join("f")), Wake::Paths(vec![b.join("f")]));
    assert_eq!(watcher.watched.len(), 1);
}

#[test]
fn w7_without_events_the_floor_ticks() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("later");
    let mut watcher = Watcher::new(WatchOptions { poll: true, floor: HOUR });
    assert!(watcher.polling_because().is_some_and(|why| why.contains("--poll")));
    watcher.watch(std::slice::from_ref(&root));
    assert_eq!(watcher.next(HOUR), Wake::Rescan);
    assert!(watcher.notify.is_none());
    assert_eq!(watcher.next(HOUR), Wake::Floor);
    assert_eq!(watcher.next(Duration::ZERO), Wake::Elapsed);
    fs::create_dir(&root).unwrap();
    fs::write(root.join("f"), "").unwrap();
    assert_eq!(wait_for(&mut watcher, &root.join("f")), Wake::Rescan, "a new folder is more than a tick");
}

#[test]
fn w2_what_cannot_be_watched_is_polled_and_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut watcher = by_events();
    // As if the kernel had none left: the watcher itself cannot be exhausted here without harm to others.
    watcher.silent.insert(dir.path().canonicalize().unwrap(), reason(&notify::Error::new(ErrorKind::MaxFilesWatch)));
    assert!(watcher.polling_because().is_some_and(|why| why.contains("fs.inotify.max_user_watches")));
    assert_eq!(watcher.floor(), POLL);
    watcher.watch(&[dir.path().to_path_buf()]);
    assert_eq!(watcher.polling_because(), None, "it is tried again");
    assert_eq!(watcher.floor(), HOUR);
}
