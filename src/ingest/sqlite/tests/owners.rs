//! Databases of other users and folders that may not be written. These need to become another user, so they prove
//! their point only when run as root.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::PathBuf;

use super::{Board, Scene, Writer};

const OWNER: u32 = 65_533;
const READER: u32 = 65_534;

struct Shared {
    scene: Scene,
    binary: PathBuf,
    /// Holds the copy of this binary.
    _folder: tempfile::TempDir,
}

impl Shared {
    /// A folder where everybody may write, or nothing when we cannot be anybody else.
    fn new() -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            println!("skipped: only root can start a process as another user");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let binary = folder.path().join("writer");
        std::fs::copy(std::env::current_exe().unwrap(), &binary).unwrap();
        set_permissions(&binary, Permissions::from_mode(0o755)).unwrap();
        let scene = Scene::new();
        set_permissions(scene.folder.path(), Permissions::from_mode(0o777)).unwrap();
        Some(Self { scene, binary, _folder: folder })
    }

    fn start(&self, user: u32) -> Writer {
        Writer::start_as(&self.binary, &self.scene.db, Some(user))
    }

    /// The owner makes a WAL database with ten rows.
    fn owner_writes(&self) -> Writer {
        let mut owner = self.start(OWNER);
        owner.sql("PRAGMA journal_mode = wal; CREATE TABLE calls (id INTEGER PRIMARY KEY, model TEXT, tokens INT)");
        assert_eq!(owner.ask(".commits 10 INSERT INTO calls(model, tokens) VALUES ('m', 1)"), "failed 0");
        assert_eq!(self.scene.db.metadata().unwrap().uid(), OWNER);
        owner
    }
}

const INSERT: &str = "INSERT INTO calls(model, tokens) VALUES ('later', 2)";

#[test]
fn a_closed_database_of_another_user_is_read_and_they_can_still_write() {
    let Some(shared) = Shared::new() else { return };
    shared.owner_writes().leave();
    assert_eq!(shared.scene.files(), ["t.db"]);
    assert_eq!(shared.start(READER).ask(".follow calls"), "rows 10");
    assert_eq!(shared.scene.files(), ["t.db"], "nothing is left behind");
    shared.start(OWNER).sql(INSERT);
    assert_eq!(shared.start(READER).ask(".follow calls"), "rows 11");

    assert_eq!(shared.start(READER).ask(".plain"), "rows 11");
    let complaint = shared.start(OWNER).ask(INSERT);
    assert!(complaint.contains("readonly"), "a plain read-only open does lock the owner out: {complaint}");
}

#[test]
fn a_live_database_of_another_user_is_followed() {
    let Some(shared) = Shared::new() else { return };
    let mut owner = shared.owner_writes();
    let mut reader = shared.start(READER);
    assert_eq!(reader.ask(".follow calls"), "rows 10");
    owner.sql(INSERT);
    assert_eq!(reader.ask(".follow calls"), "rows 11");
    owner.leave();
    reader.leave();
    assert_eq!(shared.scene.files(), ["t.db"]);
}

#[test]
fn what_another_users_crash_left_is_reported_and_not_touched() {
    let Some(shared) = Shared::new() else { return };
    shared.owner_writes().kill();
    std::fs::remove_file(shared.scene.folder.path().join("t.db-shm")).unwrap();
    let before = shared.scene.bytes();
    assert!(shared.start(READER).ask(".follow calls").contains("another user"));
    assert_eq!(shared.scene.bytes(), before);
    assert_eq!(shared.start(OWNER).ask(".follow calls"), "rows 10", "the owner's own reader may");
}

#[test]
fn root_does_not_repair_what_another_users_crash_left() {
    let Some(shared) = Shared::new() else { return };
    shared.owner_writes().kill();
    let before = shared.scene.bytes();
    assert_eq!(before.len(), 3, "with both side files");
    let mut board = Board::of_calls(&shared.scene);
    board.until("ten rows", |board| board.rows.len() == 10);
    drop(board);
    assert_eq!(shared.scene.bytes(), before);
}

#[test]
fn a_closed_database_in_a_folder_that_may_not_be_written_is_read() {
    let Some(shared) = Shared::new() else { return };
    shared.owner_writes().leave();
    chown(shared.scene.folder.path(), Some(OWNER), None).unwrap();
    set_permissions(shared.scene.folder.path(), Permissions::from_mode(0o555)).unwrap();
    let mut reader = shared.start(READER);
    assert_ne!(reader.ask(".plain"), "rows 10", "a plain read-only open cannot");
    assert_eq!(reader.ask(".follow calls"), "rows 10");
}

#[test]
fn missing_permissions_are_named() {
    let Some(shared) = Shared::new() else { return };
    shared.owner_writes().leave();
    set_permissions(&shared.scene.db, Permissions::from_mode(0o600)).unwrap();
    let mut reader = shared.start(READER);
    let complaint = reader.ask(".follow calls");
    assert!(complaint.contains("no permission") && complaint.contains("t.db"), "{complaint}");
    set_permissions(&shared.scene.db, Permissions::from_mode(0o644)).unwrap();
    assert_eq!(reader.ask(".follow calls"), "rows 10");
    set_permissions(shared.scene.folder.path(), Permissions::from_mode(0o700)).unwrap();
    assert!(reader.ask(".follow calls").contains("no permission to read the folder"));
}
