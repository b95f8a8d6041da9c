//! Logs that are cut, rewritten, rotated, deleted and put in place anew.

use super::*;

#[test]
fn j4_rotation_by_rename_while_both_are_written() {
    let mut scene = scene();
    scene.append("{\"id\":1}\n");
    scene.expect(&["{\"id\":1}"]);
    let mut writer = OpenOptions::new().append(true).open(&scene.path).unwrap();
    let old = scene.beside("log.jsonl.1");
    let was = inode(&scene.path);
    fs::rename(&scene.path, &old).unwrap();
    writer.write_all(b"{\"id\":\"A\"}\n").unwrap();
    scene.append("{\"id\":\"B\"}\n");
    assert!(inode(&old) == was && inode(&scene.path) != was);
    scene.expect_fresh(Why::Rotated, &["{\"id\":\"A\"}", "{\"id\":\"B\"}"]);
    writer.write_all(b"{\"id\":\"C\"}\n{\"id\":").unwrap();
    assert_eq!(scene.look().late, ["{\"id\":\"C\"}"]);
    writer.write_all(b"\"D\"}\n").unwrap();
    scene.append("{\"id\":\"E\"}\n");
    let seen = scene.look();
    assert_eq!(
        (&seen.late[..], &seen.lines[..]),
        (&["{\"id\":\"D\"}".to_owned()][..], &["{\"id\":\"E\"}".to_owned()][..])
    );
    scene.expect(&[]);
    assert_eq!(scene.tail.possible_loss(), 0);
}

#[test]
fn j4_a_record_without_newline_is_not_lost_with_its_file() {
    let mut scene = scene();
    scene.append("{\"id\":1}\n{\"id\":2}");
    scene.expect(&["{\"id\":1}"]);
    fs::rename(&scene.path, scene.beside("log.jsonl.1")).unwrap();
    scene.append("{\"id\":3}\n");
    scene.expect_fresh(Why::Rotated, &["{\"id\":3}"]);
    assert_eq!(scene.finish().late, ["{\"id\":2}"]);
    scene.expect(&[]);
}

#[test]
fn j5_two_rotations_between_two_looks() {
    let mut scene = scene();
    let rotate = |scene: &Scene| {
        let names = ["log.jsonl.3", "log.jsonl.2", "log.jsonl.1", "log.jsonl"].map(|name| scene.beside(name));
        for pair in names.windows(2) {
            let _ = fs::rename(&pair[1], &pair[0]);
        }
    };
    scene.append("{\"id\":1}\n");
    scene.expect(&["{\"id\":1}"]);
    for id in 2..4 {
        scene.append(format!("{{\"id\":\"end of {id}\"}}\n"));
        rotate(&scene);
        scene.append(format!("{{\"id\":{id}}}\n"));
    }
    assert_eq!(fs::read_to_string(scene.beside("log.jsonl.1")).unwrap(), "{\"id\":2}\n{\"id\":\"end of 3\"}\n");
    let seen = scene.look();
    assert_eq!(seen.lines, ["{\"id\":\"end of 2\"}", "{\"id\":2}", "{\"id\":\"end of 3\"}", "{\"id\":3}"]);
    assert_eq!((seen.passes, scene.tail.possible_loss()), (vec![Why::Rotated; 2], 0));
    scene.expect(&[]);
    rotate(&scene);
    scene.append("{\"id\":4}\n");
    scene.expect_fresh(Why::Rotated, &["{\"id\":4}"]);
}

#[test]
fn l3_many_rotations_between_two_looks_end() {
    let mut scene = scene();
    scene.append("{\"id\":0}\n");
    scene.expect(&["{\"id\":0}"]);
    for id in 1..20 {
        fs::rename(&scene.path, scene.beside(&format!("log.jsonl.{id:02}"))).unwrap();
        scene.append(format!("{{\"id\":{id}}}\n"));
    }
    let seen = scene.look();
    assert_eq!(seen.lines, (1..20).map(|id| format!("{{\"id\":{id}}}")).collect::<Vec<_>>());
    scene.expect(&[]);
}

#[test]
fn older_rotated_files_are_not_read() {
    let mut scene = scene();
    fs::write(scene.beside("log.jsonl.2"), "{\"id\":\"old\"}\n").unwrap();
    fs::write(scene.beside("log.jsonl.tmp"), "{\"id\":\"tmp\"}\n").unwrap();
    scene.append("{\"id\":1}\n");
    // Until the clock of the file system has moved on: births within one tick cannot be told apart.
    let mut ticks = 0;
    let first = fs::metadata(&scene.path).unwrap().created().unwrap();
    while fs::metadata(scene.beside("tick")).map_or(first, |meta| meta.created().unwrap())
        < first + crate::ingest::file::TICK
    {
        let _ = fs::remove_file(scene.beside("tick"));
        fs::write(scene.beside("tick"), "").unwrap();
        ticks += 1;
    }
    assert!(ticks > 1);
    scene.expect(&["{\"id\":1}"]);
    fs::rename(&scene.path, scene.beside("log.jsonl.1")).unwrap();
    scene.append("{\"id\":2}\n");
    scene.expect_fresh(Why::Rotated, &["{\"id\":2}"]);
}

#[test]
fn j6_copytruncate() {
    let mut scene = scene();
    scene.append("{\"id\":1}\n{\"id\":2}\n{\"id\"");
    scene.expect(&["{\"id\":1}", "{\"id\":2}"]);
    fs::copy(&scene.path, scene.beside("log.jsonl.1")).unwrap();
    let was = inode(&scene.path);
    truncate(&scene.path, 0);
    scene.append("{\"id\":\"X\"}\n");
    assert_eq!(inode(&scene.path), was);
    scene.expect_fresh(Why::Truncated, &["{\"id\":\"X\"}"]);
    scene.expect(&[]);
    assert_eq!(scene.tail.possible_loss(), 1);
}

#[test]
fn a_file_cut_to_nothing_says_so_before_more_comes() {
    let mut scene = scene();
    scene.append("{\"id\":1}\n");
    scene.expect(&["{\"id\":1}"]);
    truncate(&scene.path, 0);
    scene.expect_fresh(Why::Truncated, &[]);
    scene.append("{\"id\":2}\n");
    scene.expect(&["{\"id\":2}"]);
}

#[test]
fn j7_cut_and_grown_past_the_old_place() {
    let mut scene = scene();
    scene.append("{\"id\":1}\n{\"id\":2}\n");
    scene.expect(&["{\"id\":1}", "{\"id\":2}"]);
    let offset = scene.tail.offset();
    truncate(&scene.path, 0);
    scene.append("{\"id\":5}\n{\"id\":6}\n{\"id\":7}\n");
    assert!(size(&scene.path) > offset, "the size does not tell");
    scene.expect_fresh(Why::Rewritten, &["{\"id\":5}", "{\"id\":6}", "{\"id\":7}"]);
    assert_eq!(scene.tail.possible_loss(), 1);
}

#[test]
fn j8_rewritten_at_the_same_size() {
    let mut scene = scene();
    scene.append("{\"id\":1}\n{\"id\":2}\n");
    scene.expect(&["{\"id\":1}", "{\"id\":2}"]);
    let (was, len) = (inode(&scene.path), size(&scene.path));
    open_without_append(&scene.path).write_all(b"{\"id\":8}\n{\"id\":9}\n").unwrap();
    assert_eq!((inode(&scene.path), size(&scene.path)), (was, len));
    scene.expect_fresh(Why::Rewritten, &["{\"id\":8}", "{\"id\":9}"]);
}

#[test]
fn j9_another_file_with_the_same_first_line() {
    let mut scene = scene();
    scene.append("{\"head\":1}\n{\"id\":2}\n");
    scene.look();
    fs::write(scene.beside("new"), "{\"head\":1}\n{\"id\":\"N\"}\n").unwrap();
    fs::rename(scene.beside("new"), &scene.path).unwrap();
    scene.expect_fresh(Why::Replaced, &["{\"head\":1}", "{\"id\":\"N\"}"]);
}

#[test]
fn j10_deleted_and_made_again() {
    let mut scene = scene();
    scene.append("{\"id\":1}\n");
    scene.expect(&["{\"id\":1}"]);
    scene.append("{\"id\":2}\n");
    fs::remove_file(&scene.path).unwrap();
    scene.append("{\"id\":\"N\"}\n");
    scene.expect_fresh(Why::Replaced, &["{\"id\":2}", "{\"id\":\"N\"}"]);
    scene.append("{\"id\":\"last\"}\n");
    fs::remove_file(&scene.path).unwrap();
    assert_eq!(scene.look(), Seen { end: Some(Step::Gone), ..only(&["{\"id\":\"last\"}"]) });
    assert_eq!(scene.look(), Seen { end: Some(Step::Gone), ..only(&[]) });
    scene.append("{\"id\":\"M\"}\n");
    scene.expect_fresh(Why::Recreated, &["{\"id\":\"M\"}"]);
    assert_eq!(scene.tail.possible_loss(), 0);
}

#[test]
fn j10_the_same_inode_with_another_file_in_it() {
    let mut scene = with_limits(Limits { rest: Duration::ZERO, ..Limits::default() });
    scene.append("{\"id\":1}\n");
    scene.expect(&["{\"id\":1}"]);
    close_by_rest(&mut scene);
    let was = inode(&scene.path);
    let mut reused = 0;
    // Other programs take inodes too: until one comes back, a few hundred times at most.
    for id in 0..500 {
        fs::remove_file(&scene.path).unwrap();
        scene.append(format!("{{\"id\":\"{id} and longer than before\"}}\n"));
        reused += usize::from(inode(&scene.path) == was);
        if inode(&scene.path) == was {
            let seen = scene.look();
            assert_eq!(seen.lines, [format!("{{\"id\":\"{id} and longer than before\"}}")]);
            assert_eq!(seen.passes, [Why::Replaced]);
            close_by_rest(&mut scene);
            if reused == 3 {
                break;
            }
        }
    }
    // Where none comes back, as on most file systems and on a busy one, there is nothing to be fooled by.
}

/// Looks until the file has been quiet for a tick and is closed.
fn close_by_rest(scene: &mut Scene) {
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while scene.tail.current.as_ref().unwrap().is_open() {
        assert!(std::time::Instant::now() < deadline);
        assert_eq!(scene.look().end, Some(Step::Idle));
        std::thread::yield_now();
    }
}

#[test]
fn a_quiet_file_is_closed_and_still_followed() {
    let mut scene = with_limits(Limits { rest: Duration::ZERO, ..Limits::default() });
    scene.append("{\"id\":1}\n");
    scene.expect(&["{\"id\":1}"]);
    close_by_rest(&mut scene);
    scene.append("{\"id\":2}\n");
    scene.expect(&["{\"id\":2}"]);
    close_by_rest(&mut scene);
    scene.append("{\"id\":3}\n");
    fs::rename(&scene.path, scene.beside("elsewhere")).unwrap();
    scene.append("{\"id\":4}\n");
    scene.expect_fresh(Why::Rotated, &["{\"id\":3}", "{\"id\":4}"]);
    assert_eq!(scene.tail.possible_loss(), 0);
    close_by_rest(&mut scene);
    fs::remove_file(&scene.path).unwrap();
    fs::write(scene.beside("other"), "{\"id\":5}\n").unwrap();
    fs::rename(scene.beside("other"), &scene.path).unwrap();
    let seen = scene.look();
    assert_eq!(seen.lines, ["{\"id\":5}"]);
    assert_eq!(scene.tail.possible_loss(), 1, "nobody can say what was in it at the end");
}

#[test]
fn j11_a_stale_writer_leaves_nuls_before_its_record() {
    let mut scene = with_limits(Limits { chunk: 16, ..Limits::default() });
    let mut writer = open_without_append(&scene.path);
    writer.write_all(&b"{\"id\":1}\n".repeat(10)).unwrap();
    assert_eq!(scene.look().lines.len(), 10);
    truncate(&scene.path, 0);
    writer.write_all(b"{\"id\":2}\n").unwrap();
    assert_eq!(fs::read(&scene.path).unwrap(), [&[0; 90][..], b"{\"id\":2}\n"].concat());
    let seen = scene.look();
    assert_eq!(seen.passes, [Why::Rewritten]);
    assert_eq!(seen.lines.len(), 1);
    assert_eq!(seen.lines[0].trim_start_matches('\0'), "{\"id\":2}");
    assert!(seen.lines[0].len() < 40, "the hole is not handed over");
    writer.write_all(b"{\"id\":3}\n").unwrap();
    scene.expect(&["{\"id\":3}"]);
}

#[test]
fn j11_a_hole_may_be_longer_than_the_longest_line() {
    let mut scene = scene();
    truncate_new(&scene.path, 1 << 20);
    scene.append("{\"id\":1}\n");
    let seen = scene.look();
    assert_eq!((seen.lines.len(), seen.too_long.len()), (1, 0));
    assert_eq!(seen.lines[0].trim_start_matches('\0'), "{\"id\":1}");
}

fn truncate_new(path: &Path, len: u64) {
    open_without_append(path).set_len(len).unwrap();
    assert_eq!(size(path), len);
}

#[test]
fn w9_the_time_of_modification_may_lie() {
    let mut scene = scene();
    let past = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    scene.append("{\"id\":1}\n");
    scene.expect(&["{\"id\":1}"]);
    for id in 2..5 {
        scene.append(format!("{{\"id\":{id}}}\n"));
        OpenOptions::new().append(true).open(&scene.path).unwrap().set_modified(past).unwrap();
        assert_eq!(fs::metadata(&scene.path).unwrap().modified().unwrap(), past);
        scene.expect(&[&format!("{{\"id\":{id}}}")]);
    }
}

#[test]
fn j25_the_whole_file_is_put_in_place_anew_each_time() {
    let mut scene = scene();
    for last in 1..4 {
        let all = records(1..last + 1);
        fs::write(scene.beside("tmp"), &all).unwrap();
        fs::rename(scene.beside("tmp"), &scene.path).unwrap();
        let seen = scene.look();
        assert_eq!(seen.lines, all.lines().collect::<Vec<_>>());
        assert_eq!(seen.passes.len(), usize::from(last > 1));
    }
    assert_eq!(scene.tail.possible_loss(), 0);
}

#[test]
fn moved_away_and_back_is_the_same_file() {
    let mut scene = scene();
    scene.append("{\"id\":1}\n");
    scene.expect(&["{\"id\":1}"]);
    fs::rename(&scene.path, scene.beside("away")).unwrap();
    append(&scene.beside("away"), "{\"id\":2}\n");
    assert_eq!(scene.look(), Seen { end: Some(Step::Gone), ..only(&["{\"id\":2}"]) });
    fs::rename(scene.beside("away"), &scene.path).unwrap();
    scene.append("{\"id\":3}\n");
    scene.expect(&["{\"id\":3}"]);
}
