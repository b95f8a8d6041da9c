//! Paths that are no readable log, or not yet, or under odd names.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::process::Command;

use super::*;

fn says(seen: &Seen, words: &str) {
    assert!(matches!(&seen.end, Some(Step::Unreadable(why)) if why.contains(words)), "{seen:?}");
    assert!(seen.lines.is_empty());
}

#[test]
fn a_file_that_is_not_there_yet_is_waited_for() {
    let mut scene = scene();
    assert_eq!(scene.look().end, Some(Step::Waiting));
    scene.append("{\"id\":1}\n");
    scene.expect(&["{\"id\":1}"]);
}

#[test]
fn j15_utf_16_is_one_message_not_a_million() {
    for big in [false, true] {
        let mut scene = scene();
        let wide: Vec<u8> = "{\"id\":1}\n"
            .repeat(1000)
            .encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect();
        scene.append(&wide);
        assert!(fs::read(&scene.path).unwrap().contains(&0));
        says(&scene.look(), "iconv -f UTF-16");
        scene.append(&wide);
        says(&scene.look(), "iconv -f UTF-16");
        assert_eq!(scene.tail.offset(), 0);
        fs::write(scene.beside("utf-8"), "{\"id\":1}\n").unwrap();
        fs::rename(scene.beside("utf-8"), &scene.path).unwrap();
        assert_eq!(scene.look().lines, ["{\"id\":1}"]);
    }
}

#[test]
fn j16_binary_and_compressed_files_are_refused() {
    let mut scene = scene();
    scene.append([b"\x7fELF\x02\x01\x01".as_slice(), &[0; 200], b"\n"].concat());
    says(&scene.look(), "binary");
    says(&scene.look(), "binary");
    truncate(&scene.path, 0);
    scene.append(b"\x1f\x8b\x08\0\0\0\0\0\n");
    says(&scene.look(), "gzip");
    truncate(&scene.path, 0);
    scene.append("{\"id\":1}\n");
    assert_eq!(scene.look().lines, ["{\"id\":1}"]);
}

#[test]
fn j20_names_may_be_any_bytes() {
    let mut scene = scene();
    for name in [&b"a\xff\x1b[2J.jsonl"[..], b"line\nbreak.jsonl", "å 🦀".as_bytes()] {
        let path = scene.dir.path().join(OsStr::from_bytes(name));
        append(&path, "{\"id\":1}\n");
        scene.tail = Tail::new(path, Limits::default());
        scene.expect(&["{\"id\":1}"]);
    }
}

/// Root may read everything, so this runs itself again as nobody.
#[test]
fn j21_no_permission_and_then_granted() {
    if rustix::process::geteuid().is_root() {
        let exe = std::env::current_exe().unwrap();
        let copy = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap();
        let exe_copy = copy.path().join("test");
        fs::copy(exe, &exe_copy).unwrap();
        let name = "ingest::tail::tests::odd::j21_no_permission_and_then_granted";
        let mut command = Command::new(exe_copy);
        std::os::unix::process::CommandExt::uid(&mut command, 65534);
        let out = command.args(["--exact", name]).current_dir("/").output().unwrap();
        let said = text(&out.stdout);
        assert!(out.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let mut scene = scene();
    scene.append("{\"id\":1}\n");
    fs::set_permissions(&scene.path, fs::Permissions::from_mode(0o000)).unwrap();
    assert!(File::open(&scene.path).is_err());
    says(&scene.look(), "no permission");
    fs::set_permissions(&scene.path, fs::Permissions::from_mode(0o644)).unwrap();
    scene.expect(&["{\"id\":1}"]);
}

#[test]
fn j22_pipes_devices_and_folders_never_block() {
    let mut scene = scene();
    assert!(Command::new("mkfifo").arg(&scene.path).status().unwrap().success());
    assert!(fs::metadata(&scene.path).unwrap().file_type().is_fifo());
    says(&scene.look(), "a pipe");
    fs::remove_file(&scene.path).unwrap();
    fs::create_dir(&scene.path).unwrap();
    says(&scene.look(), "a folder");
    fs::remove_dir(&scene.path).unwrap();
    symlink("/dev/zero", &scene.path).unwrap();
    says(&scene.look(), "a device");
    fs::remove_file(&scene.path).unwrap();
    scene.append("{\"id\":1}\n");
    scene.expect(&["{\"id\":1}"]);
    fs::remove_file(&scene.path).unwrap();
    fs::create_dir(&scene.path).unwrap();
    says(&scene.look(), "a folder");
}

#[test]
fn j22_a_pipe_is_not_opened_behind_our_back() {
    let scene = scene();
    assert!(Command::new("mkfifo").arg(&scene.path).status().unwrap().success());
    assert!(super::super::open(&scene.path).is_err(), "asked of the handle, should the path have changed since");
    assert!(super::super::read_span(&scene.path, 0, 1).is_err());
}

#[test]
fn j23_a_link_is_followed_to_where_it_points() {
    let mut scene = scene();
    for name in ["a", "b"] {
        fs::write(scene.beside(name), format!("{{\"id\":\"{name}\"}}\n")).unwrap();
    }
    symlink("a", &scene.path).unwrap();
    scene.expect(&["{\"id\":\"a\"}"]);
    append(&scene.beside("a"), "{\"id\":\"more\"}\n");
    symlink("b", scene.beside("new")).unwrap();
    fs::rename(scene.beside("new"), &scene.path).unwrap();
    assert_eq!(fs::read_link(&scene.path).unwrap(), Path::new("b"));
    scene.expect_fresh(Why::Rotated, &["{\"id\":\"more\"}", "{\"id\":\"b\"}"]);
    fs::remove_file(&scene.path).unwrap();
    symlink("log.jsonl", &scene.path).unwrap();
    says(&scene.look(), "circle");
    fs::remove_file(&scene.path).unwrap();
    symlink("nowhere", &scene.path).unwrap();
    assert_eq!(scene.look().end, Some(Step::Gone));
}
