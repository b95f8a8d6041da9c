//! Small files in callscope's own state folder: what a person said or chose, by the folder it was in. A file that cannot
//! be read or written only means that nothing is remembered. They are for the person's eyes alone: filters and folders tell
//! what one works on.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Where a file of this name is kept.
pub fn file(name: &str) -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    let state = folders.state_dir().unwrap_or_else(|| folders.data_dir());
    Some(state.join("callscope").join(name))
}

/// What it holds, or nothing.
pub fn read<T: DeserializeOwned + Default>(file: &Path) -> T {
    try_read(file).unwrap_or_default()
}

/// What it holds; nothing where there is none. The error is a sentence.
pub fn try_read<T: DeserializeOwned + Default>(file: &Path) -> Result<T, String> {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(T::default()),
        Err(error) => return Err(format!("{}: {error}", file.display())),
    };
    serde_json::from_slice(&bytes).map_err(|_| format!("{} cannot be read and is not used", file.display()))
}

/// Puts what it is to hold in its place at once: others may write at the same time.
pub fn write<T: Serialize>(file: &Path, all: &T) -> std::io::Result<()> {
    let dir = file.parent().unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let beside = dir.join(format!(".{name}-{}", std::process::id()));
    let private = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside);
    let written = private.and_then(|mut out| {
        serde_json::to_writer_pretty(&mut out, all)?;
        out.write_all(b"\n")
    });
    let placed = written.and_then(|()| std::fs::rename(&beside, file));
    if placed.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    placed
}
