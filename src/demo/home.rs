//! The temporary folder of a demo: the user's alone, and gone when the demo is.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Removes its folder, and all that is in it, when it is dropped.
#[derive(Debug)]
pub struct Home {
    path: PathBuf,
}

impl Home {
    /// Makes `callscope-demo-<pid>-<n>` in the system's folder for temporary files, with mode 0700.
    pub fn new() -> io::Result<Self> {
        let parent = std::env::temp_dir();
        let mut taken = None;
        for number in 0..100 {
            let path = parent.join(format!("callscope-demo-{}-{number}", std::process::id()));
            // `create` fails where anything stands, a link laid there by someone else included.
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(taken.unwrap_or_else(|| io::ErrorKind::AlreadyExists.into()))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // What is left behind when this fails lies in a folder that the system clears.
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn it_is_private_and_leaves_nothing() {
        let (home, other) = (Home::new().unwrap(), Home::new().unwrap());
        assert_ne!(home.path(), other.path());
        assert_eq!(fs::metadata(home.path()).unwrap().permissions().mode() & 0o777, 0o700);
        let file = home.path().join("deep/er");
        fs::create_dir_all(&file).unwrap();
        fs::write(file.join("x"), "x").unwrap();
        let path = home.path().to_owned();
        drop(home);
        assert!(!path.exists());
        assert!(other.path().exists());
    }
}
