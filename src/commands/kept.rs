//! Small files in callscope's own state folder: what a person said or chose, by the folder it was in. A file that cannot
//! be read or written only means that nothing is remembered.

use std::io::Write;
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
    std::fs::read(file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// Puts what it is to hold in its place at once: others may write at the same time.
pub fn write<T: Serialize>(file: &Path, all: &T) -> std::io::Result<()> {
    let dir = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(dir)?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let beside = dir.join(format!(".{name}-{}", std::process::id()));
    let written = std::fs::File::create(&beside).and_then(|mut out| {
        serde_json::to_writer_pretty(&mut out, all)?;
        out.write_all(b"\n")
    });
    let placed = written.and_then(|()| std::fs::rename(&beside, file));
    if placed.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    placed
}
