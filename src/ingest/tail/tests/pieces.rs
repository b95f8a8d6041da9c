//! Logs that are appended to in pieces: partial lines, long lines, line ends.

use super::*;
use crate::ingest::file::Stat;

#[test]
fn j1_a_partial_last_line_waits_for_its_end() {
    let mut scene = scene();
    scene.append("{\"id\":1");
    assert_eq!(size(&scene.path), 7);
    scene.expect(&[]);
    scene.expect(&[]);
    scene.append("}\n");
    scene.expect(&["{\"id\":1}"]);
    scene.expect(&[]);
    assert_eq!((scene.tail.offset(), scene.tail.size()), (9, 9));
}

#[test]
fn j2_a_final_line_without_newline_is_provisional() {
    let mut scene = with_limits(Limits { settle: Duration::ZERO, ..Limits::default() });
    scene.append("{\"id\":1}\n{\"id\":2}");
    assert!(!fs::read_to_string(&scene.path).unwrap().ends_with('\n'));
    let seen = scene.look();
    assert_eq!(
        (&seen.lines[..], &seen.provisional[..]),
        (&["{\"id\":1}".to_owned()][..], &["{\"id\":2}".to_owned()][..])
    );
    scene.expect(&[]);
    scene.append("\n{\"id\":3");
    scene.expect(&["{\"id\":2}"]);
    scene.append(",\"x\":{}");
    assert_eq!(scene.look().provisional, ["{\"id\":3,\"x\":{}"], "it ends like a record");
    scene.append("}");
    assert_eq!(scene.look().provisional, ["{\"id\":3,\"x\":{}}"]);
    scene.append("\n");
    scene.expect(&["{\"id\":3,\"x\":{}}"]);
}

#[test]
fn j2_a_provisional_line_keeps_its_place() {
    let mut scene = with_limits(Limits { settle: Duration::ZERO, ..Limits::default() });
    scene.append("{}\n{\"id\":2}");
    let mut buf = Vec::new();
    assert_eq!(scene.tail.next(&mut buf), Step::Lines { at: 0, provisional: false });
    assert_eq!(scene.tail.next(&mut buf), Step::Lines { at: 3, provisional: true });
    assert_eq!(scene.tail.next(&mut buf), Step::Idle);
    scene.append("\n");
    assert_eq!(scene.tail.next(&mut buf), Step::Lines { at: 3, provisional: false });
}

#[test]
fn j2_a_file_that_has_long_been_quiet_is_not_waited_for_and_not_kept_open() {
    let mut scene =
        with_limits(Limits { settle: Duration::from_millis(30), rest: Duration::ZERO, ..Limits::default() });
    scene.append("{\"id\":1}");
    let now = std::time::SystemTime::now;
    while !Stat::of(&fs::metadata(&scene.path).unwrap()).is_older_than(Duration::from_millis(30), now()) {
        std::thread::yield_now();
    }
    assert_eq!(scene.look().provisional, ["{\"id\":1}"]);
    assert!(!scene.tail.current.as_ref().unwrap().is_open());
    scene.append("\n{\"id\":2}\n");
    scene.expect(&["{\"id\":1}", "{\"id\":2}"]);
}

#[test]
fn j2_the_end_of_a_run_does_not_wait() {
    let mut scene = scene();
    scene.append("{\"id\":1}\n{\"id\":2}");
    scene.expect(&["{\"id\":1}"]);
    assert_eq!(scene.finish().provisional, ["{\"id\":2}"]);
    assert_eq!(scene.finish().provisional, [""; 0], "once");
    scene.append("\n{\"id\":");
    let seen = scene.finish();
    assert_eq!((seen.lines.len(), seen.provisional.len()), (1, 0), "torn is not final");
}

#[test]
fn j3_a_record_may_be_split_at_every_byte() {
    let record = "{\"name\":\"Åsa 🦀\"}\n{\"id\":2}\n";
    for cut in 0..=record.len() {
        let mut scene = scene();
        let mut lines = Vec::new();
        for piece in [&record.as_bytes()[..cut], &record.as_bytes()[cut..]] {
            scene.append(piece);
            lines.extend(scene.look().lines);
        }
        assert_eq!(lines, record.lines().collect::<Vec<_>>(), "cut at {cut}");
    }
}

#[test]
fn blocks_are_cut_at_lines_and_say_where_they_begin() {
    let mut scene = scene();
    let all = records(0..50);
    assert!(all.len() > 5 * 64);
    scene.append(&all);
    let (mut buf, mut read) = (Vec::new(), String::new());
    while let Step::Lines { at, provisional: false } = scene.tail.next(&mut buf) {
        assert_eq!(at, read.len() as u64);
        assert!(buf.len() <= 64);
        read += &text(&buf);
    }
    assert_eq!(read, all);
}

#[test]
fn j12_a_line_too_long_is_passed_over_without_being_held() {
    let mut scene = scene();
    let long = format!("{{\"id\":\"{}\"}}\n", "a".repeat(100_000));
    let fits = format!("{{\"id\":\"{}\"}}", "b".repeat(900));
    scene.append(format!("{{\"id\":1}}\n{long}{fits}\n{{\"id\":2}}\n"));
    assert_eq!(
        scene.look(),
        Seen {
            too_long: vec![(9, long.len() as u64)],
            end: Some(Step::Idle),
            ..only(&["{\"id\":1}", &fits, "{\"id\":2}"])
        }
    );
    assert!(scene.buf.capacity() < 2000, "{}", scene.buf.capacity());
    scene.append("{\"id\":3}\n");
    scene.expect(&["{\"id\":3}"]);
}

#[test]
fn j12_a_line_too_long_may_come_in_pieces() {
    let mut scene = scene();
    scene.append("{\"id\":1}\n");
    for _ in 0..30 {
        scene.append("a".repeat(50));
        let seen = scene.look();
        assert_eq!((seen.too_long.len(), seen.end), (0, Some(Step::Idle)));
    }
    scene.append("\n{\"id\":2}\n");
    assert_eq!(scene.look().too_long, [(9, 1501)]);
    scene.append("{\"id\":3}\n");
    scene.expect(&["{\"id\":3}"]);
}

#[test]
fn a_long_line_may_be_cut_and_ended_where_it_was_searched_already() {
    for offset in [0, 9] {
        let mut scene = scene();
        scene.append(&records(1..2)[..offset]);
        scene.append("a".repeat(150));
        assert_eq!(scene.look().lines.len(), offset / 9);
        truncate(&scene.path, offset as u64 + 100);
        scene.append(format!("\n{}", "b".repeat(60)));
        assert!(size(&scene.path) > offset as u64 + 150, "the size does not tell");
        scene.expect(&["a".repeat(100).as_str()]);
    }
}

#[test]
fn j13_j14_line_ends_and_byte_order_marks_stay_as_they_are() {
    let mut scene = scene();
    scene.append("\u{feff}{\"id\":1}\r\n\r\n\n\u{feff}{\"id\":2}\n{\"id\":3}\r{\"id\":4}\n");
    let seen = scene.look();
    assert_eq!(seen.lines, ["\u{feff}{\"id\":1}", "", "", "\u{feff}{\"id\":2}", "{\"id\":3}\r{\"id\":4}"]);
}

#[test]
fn j24_a_writer_that_died_in_a_line_leaves_the_line_as_it_is() {
    let mut scene = scene();
    scene.append("{\"a\":1");
    scene.expect(&[]);
    scene.append("{\"b\":2}\n{\"c\":3}\n");
    scene.expect(&["{\"a\":1{\"b\":2}", "{\"c\":3}"]);
}

#[test]
fn an_empty_file_is_idle() {
    let mut scene = scene();
    File::create(&scene.path).unwrap();
    scene.expect(&[]);
    assert_eq!(scene.finish().end, Some(Step::Idle));
}
