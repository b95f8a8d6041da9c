//! What a SOURCE means, and what lies in a folder, over real trees.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::process::Command;

use rusqlite::Connection;
use tempfile::TempDir;

use super::*;

/// A folder with these files in it; what ends in `.db` is a database.
fn tree(files: &[&str]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for file in files {
        let path = dir.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if path.extension() == Some(OsStr::new("db")) {
            Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        } else {
            fs::write(&path, format!("{{\"name\":\"{file}\"}}\n")).unwrap();
        }
    }
    dir
}

/// What was found, as paths below `dir`; databases with a `#`, tables with their names.
fn names(look: &Look, dir: &TempDir) -> Vec<String> {
    let below = |path: &Path| path.strip_prefix(dir.path()).unwrap_or(path).display().to_string();
    let name = |found: &Found| match found {
        Found::Database(path) => format!("#{}", below(path)),
        Found::Table(path, table) => format!("#{}:{table}", below(path)),
        Found::Log(_) | Found::Stdin => below(found.path()),
    };
    look.found.iter().map(name).collect()
}

fn why<'l>(look: &'l Look, path: &Path) -> &'l str {
    look.left_out.iter().find(|(left, _)| left == path).map_or("", |(_, why)| why)
}

fn name(arg: impl AsRef<OsStr>) -> Result<Named, String> {
    named(arg.as_ref(), &mut Known::default())
}

fn expanded(arg: impl AsRef<OsStr>) -> Look {
    expand(&[name(arg).unwrap()], &mut Known::default())
}

#[test]
fn what_lies_here_is_found_in_the_order_of_names() {
    let dir = tree(&[
        "b/app.db",
        "decisions-2026-01-10.jsonl",
        "decisions-2026-01-09.jsonl",
        ".orchestration-logs/decisions-2026-01-05.jsonl",
        "a/b/c/deep.ndjson",
        "a/b/c/d/too-deep.jsonl",
        "package.json",
        "server.log",
        ".git/x.jsonl",
        ".hidden/x.jsonl",
        "node_modules/m/x.jsonl",
        "target/x.jsonl",
        ".venv/x.jsonl",
    ]);
    let mut known = Known::default();
    let look = here(dir.path(), &mut known);
    assert_eq!(
        names(&look, &dir),
        [
            ".orchestration-logs/decisions-2026-01-05.jsonl",
            "a/b/c/deep.ndjson",
            "#b/app.db",
            "decisions-2026-01-09.jsonl",
            "decisions-2026-01-10.jsonl",
        ]
    );
    assert_eq!(look.left_out, []);
    assert_eq!(look, here(dir.path(), &mut known), "the same again");
    let folders: Vec<_> =
        ["", ".orchestration-logs", "a", "a/b", "a/b/c", "b"].map(|name| dir.path().join(name)).into();
    assert_eq!(look.folders.iter().map(|folder| folder.components().collect()).collect::<Vec<PathBuf>>(), folders);
    fs::write(dir.path().join("a/new.jsonl"), "{}\n").unwrap();
    assert!(names(&here(dir.path(), &mut known), &dir).contains(&"a/new.jsonl".to_owned()));
}

#[test]
fn a_named_folder_is_looked_into_deeper() {
    let dir = tree(&["logs/1/2/3/4/5/6/7/8/x.jsonl", "logs/1/2/3/4/5/6/7/8/9/too-deep.jsonl", "logs/.hidden/x.jsonl"]);
    assert_eq!(names(&expanded(dir.path().join("logs/")), &dir), ["logs/1/2/3/4/5/6/7/8/x.jsonl"]);
    assert_eq!(names(&expanded(dir.path().join("logs/.hidden")), &dir), ["logs/.hidden/x.jsonl"], "named, so meant");
}

#[test]
fn documents_of_known_tools_are_read_and_others_counted() {
    let dir = tree(&[
        "a/storage/message/ses_1/msg_1.json",
        "b/tasks/17/ui_messages.json",
        "b/tasks/17/task_metadata.json",
        "c/chats/session-2026-01-05T10-00-aa.json",
        "d/package.json",
        "d/app.db.json",
    ]);
    let of_tools = [
        "a/storage/message/ses_1/msg_1.json",
        "b/tasks/17/ui_messages.json",
        "c/chats/session-2026-01-05T10-00-aa.json",
    ];
    let look = expanded(dir.path());
    assert_eq!(names(&look, &dir), of_tools);
    assert_eq!(look.left_out, [(dir.path().into(), "2 .json documents: name one to have it read".to_owned())]);
    assert_eq!(names(&expanded(dir.path().join("b/tasks/17")), &dir), [of_tools[1]], "whichever folder is named");
    let others = dir.path().join("d");
    let look = expanded(&others);
    assert!(look.found.is_empty());
    assert!(why(&look, &others).starts_with("no log of calls in it"), "{:?}", look.left_out);
    assert!(why(&look, &others).ends_with("2 .json documents: name one to have it read"));
    let both = [name(&others).unwrap(), name(others.join("package.json")).unwrap()];
    let look = expand(&both, &mut Known::default());
    assert!(why(&look, &others).ends_with("1 .json document: name it to have it read"), "{:?}", look.left_out);
    assert_eq!(here(dir.path(), &mut Known::default()).left_out, [], "where nothing was named nothing is missed");
}

#[test]
fn j17_rotated_logs_are_read_and_what_cannot_be_unpacked_is_left_out() {
    let dir = tree(&["a.jsonl", "a.jsonl.1", "a.jsonl.2.gz", "c.jsonl.gz", "d.jsonl.1.zst", "b.jsonl.bz2"]);
    let logs = ["a.jsonl", "a.jsonl.1", "a.jsonl.2.gz", "c.jsonl.gz", "d.jsonl.1.zst"];
    let packed = dir.path().join("b.jsonl.bz2");
    let look = here(dir.path(), &mut Known::default());
    assert_eq!(names(&look, &dir), logs);
    assert!(why(&look, &packed).starts_with("compressed (bzip2), not read yet"));
    let look = expanded(dir.path().join("*.jsonl*"));
    assert_eq!(names(&look, &dir), logs, "asked for");
    assert!(why(&look, &packed).starts_with("compressed"));
    assert!(name(&packed).unwrap_err().contains("is compressed (bzip2): unpack it"));
}

#[test]
fn j18_one_file_under_several_names_is_listed_once() {
    let dir = tree(&["b.jsonl", "logs/c.jsonl"]);
    let at = |name: &str| dir.path().join(name);
    symlink("b.jsonl", at("a.jsonl")).unwrap();
    fs::hard_link(at("b.jsonl"), at("c.jsonl")).unwrap();
    symlink("logs", at("aliases")).unwrap();
    let mut known = Known::default();
    let look = here(dir.path(), &mut known);
    assert_eq!(names(&look, &dir), ["b.jsonl", "logs/c.jsonl"]);
    for other in ["a.jsonl", "c.jsonl"] {
        assert_eq!(why(&look, &at(other)), format!("the same file as {}", at("b.jsonl").display()));
    }
    fs::hard_link(at("b.jsonl"), at("aa.jsonl")).unwrap();
    assert_eq!(names(&here(dir.path(), &mut known), &dir), ["b.jsonl", "logs/c.jsonl"], "a new name changes nothing");
}

#[test]
fn j20_names_may_be_any_bytes_and_messages_may_not() {
    let dir = tree(&[]);
    let path = dir.path().join(OsStr::from_bytes(b"a\xff\x1b[2J.jsonl"));
    fs::write(&path, "{}\n").unwrap();
    let look = here(dir.path(), &mut Known::default());
    assert_eq!(look.found, [Found::Log(path.clone())]);
    assert_eq!(expanded(&path).found, [Found::Log(path.clone())]);
    fs::remove_file(&path).unwrap();
    let said = name(&path).unwrap_err();
    assert!(said.contains("\\u{1b}[2J") && !said.contains('\u{1b}'), "{said}");
}

#[test]
fn j22_pipes_under_a_logs_name_are_left_out() {
    let dir = tree(&["a.jsonl"]);
    let pipe = dir.path().join("pipe.jsonl");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    fs::create_dir(dir.path().join("folder.jsonl")).unwrap();
    let look = here(dir.path(), &mut Known::default());
    assert_eq!(names(&look, &dir), ["a.jsonl"]);
    assert!(why(&look, &pipe).starts_with("a pipe"));
    assert!(name(&pipe).unwrap_err().contains("is a pipe: read it as standard input"));
}

#[test]
fn j23_links_that_lead_back_end() {
    let dir = tree(&["a/x.jsonl"]);
    symlink(dir.path(), dir.path().join("a/loop")).unwrap();
    symlink("self", dir.path().join("self")).unwrap();
    symlink("me.jsonl", dir.path().join("me.jsonl")).unwrap();
    assert!(dir.path().join("a/loop/a/loop/a/x.jsonl").exists());
    let look = expanded(dir.path());
    assert_eq!(names(&look, &dir), ["a/x.jsonl"]);
    assert!(why(&look, &dir.path().join("me.jsonl")).contains("circle"));
}

#[test]
fn a_folder_that_may_not_be_read_is_told_of() {
    let dir = tree(&["a/x.jsonl", "b.jsonl"]);
    // Root may read everything: a name too long for the kernel is the nearest thing to a refusal.
    let rules = Rules { depth: 1, enter: &|_| true, wants: &|_| true, counts: &|_| false, others: 0 };
    let walked = walk(&dir.path().join("n".repeat(300)), &rules);
    assert!(matches!(&walked.barred[..], [(_, why)] if !why.is_empty()), "{walked:?}");
    assert_eq!(walk(&dir.path().join("gone"), &rules).barred, []);
}

#[test]
fn databases_are_told_by_their_first_bytes() {
    let dir = tree(&["app.db", "app.db-wal", "thumbs"]);
    fs::write(dir.path().join("other.sqlite"), "x".repeat(200)).unwrap();
    fs::write(dir.path().join("empty.db3"), "").unwrap();
    let mut known = Known::default();
    let look = here(dir.path(), &mut known);
    assert_eq!(names(&look, &dir), ["#app.db"]);
    assert!(why(&look, &dir.path().join("other.sqlite")).starts_with("not a SQLite database"));
    assert!(why(&look, &dir.path().join("empty.db3")).starts_with("an empty database"));
    assert_eq!(look.left_out.len(), 2);
    fs::remove_file(dir.path().join("other.sqlite")).unwrap();
    Connection::open(dir.path().join("other.sqlite")).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    assert_eq!(names(&here(dir.path(), &mut known), &dir), ["#app.db", "#other.sqlite"]);
}

/// FAULTS S25: `open` and `close` of a database would drop `SQLite`'s locks on it.
#[test]
#[cfg(target_os = "linux")]
fn s25_a_database_is_opened_once_at_most() {
    let dir = tree(&["app.db"]);
    let path = dir.path().join("app.db");
    let mut known = Known::default();
    let connection = Connection::open(&path).unwrap();
    let is_locked = || {
        let inode = std::os::unix::fs::MetadataExt::ino(&fs::metadata(&path).unwrap());
        let locks = fs::read_to_string("/proc/locks").unwrap();
        locks.lines().any(|line| line.contains("POSIX") && line.contains(&format!(":{inode} ")))
    };
    assert_eq!(names(&here(dir.path(), &mut known), &dir), ["#app.db"]);
    connection.execute_batch("BEGIN EXCLUSIVE").unwrap();
    assert!(is_locked());
    assert_eq!(names(&here(dir.path(), &mut known), &dir), ["#app.db"]);
    assert!(matches!(named(path.as_os_str(), &mut known), Ok(Named::Database(_))));
    fs::hard_link(&path, dir.path().join("link.db")).unwrap();
    here(dir.path(), &mut known);
    assert!(is_locked(), "still");
    here(dir.path(), &mut Known::default());
    assert!(!is_locked(), "this is what would happen without: the lock is dropped");
}

#[test]
fn a_pattern_is_matched_again_later() {
    let dir =
        tree(&["logs/a-1.jsonl", "logs/b.jsonl", "logs/deep/er/a-2.jsonl", "x.jsonl", "logs/node_modules/a-3.jsonl"]);
    let at = |pattern: &str| dir.path().join(pattern);
    assert_eq!(names(&expanded(at("logs/a-*.jsonl")), &dir), ["logs/a-1.jsonl"]);
    assert_eq!(names(&expanded(at("**/a-*.jsonl")), &dir), ["logs/a-1.jsonl", "logs/deep/er/a-2.jsonl"]);
    assert_eq!(names(&expanded(at("logs/{b,c}.jsonl")), &dir), ["logs/b.jsonl"]);
    assert_eq!(names(&expanded(at("logs/node_modules/*.jsonl")), &dir), ["logs/node_modules/a-3.jsonl"], "spelled out");
    let named = [name(at("logs/*.log")).unwrap()];
    let mut known = Known::default();
    assert_eq!(expand(&named, &mut known).found, []);
    assert_eq!(expand(&named, &mut known).folders, [at("logs")]);
    fs::write(at("logs/new.log"), "{}\n").unwrap();
    assert_eq!(names(&expand(&named, &mut known), &dir), ["logs/new.log"]);
    assert!(name(at("lgos/*.jsonl")).unwrap_err().starts_with("no such folder"));
    assert!(name(at("logs/[.jsonl")).unwrap_err().contains("not a pattern"));
    fs::write(at("logs/[x].jsonl"), "{}\n").unwrap();
    assert_eq!(names(&expanded(at("logs/[x].jsonl")), &dir), ["logs/[x].jsonl"], "a file is a file");
}

#[test]
fn databases_and_tables_are_named_with_a_colon() {
    let dir = tree(&["app.db", "odd:name.db", "calls.jsonl", "b.db"]);
    let at = |name: &str| dir.path().join(name);
    assert_eq!(names(&expanded(at("app.db")), &dir), ["#app.db"]);
    assert_eq!(names(&expanded(at("app.db:llm_usage_logs")), &dir), ["#app.db:llm_usage_logs"]);
    assert_eq!(names(&expanded(at("odd:name.db")), &dir), ["#odd:name.db"]);
    assert_eq!(names(&expanded(at("odd:name.db:t")), &dir), ["#odd:name.db:t"]);
    assert!(name(at("calls.jsonl:t")).unwrap_err().contains("is not a SQLite database, so it has no table t"));
    assert!(name(at("app.db-wal")).is_err());
    fs::write(at("app.db-wal"), "").unwrap();
    assert!(name(at("app.db-wal")).unwrap_err().contains("name the database itself"));
    fs::rename(at("b.db"), at("strange")).unwrap();
    assert_eq!(names(&expanded(at("strange")), &dir), ["#strange"], "by its first bytes, since it was named");
    let all = ["app.db", "app.db:a", "app.db:b", "app.db"].map(|arg| name(at(arg)).unwrap());
    assert_eq!(names(&expand(&all[1..3], &mut Known::default()), &dir), ["#app.db:a", "#app.db:b"]);
    assert_eq!(names(&expand(&all, &mut Known::default()), &dir), ["#app.db"], "its tables are in it");
}

#[test]
fn a_wrong_name_is_told_with_the_right_one() {
    let dir = tree(&["logs/decisions-2026-01-05.jsonl", "app.db"]);
    let at = |name: &str| dir.path().join(name).display().to_string();
    for (wrong, right) in [
        ("logs/decision-2026-01-05.jsonl", "logs/decisions-2026-01-05.jsonl"),
        ("Logs", "logs"),
        ("lgos/decisions-2026-01-05.jsonl", "logs"),
        ("ap.db", "app.db"),
        ("ap.db:t", "app.db:t"),
    ] {
        let said = name(at(wrong)).unwrap_err();
        assert!(said.ends_with(&format!("did you mean {}?", at(right))), "{said}");
        assert!(!said.contains('\n'));
    }
    assert_eq!(name(at("nothing-like-it")).unwrap_err(), format!("no such file or folder: {}", at("nothing-like-it")));
    symlink("gone.jsonl", at("link.jsonl")).unwrap();
    let said = name(at("link.jsonl")).unwrap_err();
    assert_eq!(said, format!("{} is a broken link: it points to gone.jsonl, which is not there", at("link.jsonl")));
    assert_eq!(name(at("link.jsonl/x.jsonl")).unwrap_err(), said, "a folder's as well");
    assert!(matches!(name("-"), Ok(Named::Stdin)));
    assert!(name("").is_err());
}

#[test]
fn a_named_file_stays_a_source_when_it_is_gone() {
    let dir = tree(&["a.txt"]);
    let named = [name(dir.path().join("a.txt")).unwrap(), Named::Stdin];
    let mut known = Known::default();
    let look = expand(&named, &mut known);
    assert_eq!(names(&look, &dir), ["a.txt", "-"]);
    assert_eq!(look.folders, [dir.path()]);
    fs::remove_file(dir.path().join("a.txt")).unwrap();
    assert_eq!(expand(&named, &mut known), look);
}

#[test]
fn each_file_has_one_spelling() {
    for (given, spelled) in
        [("./src/lib.rs", "src/lib.rs"), ("src/./lib.rs", "src/lib.rs"), ("src//lib.rs", "src/lib.rs")]
    {
        assert_eq!(expanded(given).found, [Found::Log(spelled.into())]);
    }
    let Named::Folder(here) = name("./").unwrap() else { panic!("a folder") };
    assert_eq!(here, Path::new("."));
    let look = walk(
        &here,
        &Rules {
            depth: 1,
            enter: &|name| name == "src",
            wants: &|path| path.ends_with("lib.rs"),
            counts: &|_| false,
            others: 0,
        },
    );
    assert_eq!(look.files, [Path::new("src/lib.rs")], "as people write it");
}
