//! File systems that do not announce what others do on them.

use std::path::Path;

/// Magic numbers of `statfs`, and names. 9p is how WSL shows the disks of Windows; FUSE carries sshfs and the shared
/// folders of Docker Desktop.
#[cfg(target_os = "linux")]
const REMOTE: [(u32, &str); 9] = [
    (0x6969, "nfs"),
    (0x517b, "smb"),
    (0xff53_4d42, "cifs"),
    (0xfe53_4d42, "smb2"),
    (0x0102_1997, "9p"),
    (0x6573_5546, "fuse"),
    (0x786f_4256, "vboxsf"),
    (0x5346_414f, "afs"),
    (0x00c3_6400, "ceph"),
];

/// The kind of the file system that `folder` lies on, if it is one of these.
#[cfg(target_os = "linux")]
pub fn kind(folder: &Path) -> Option<&'static str> {
    let magic = rustix::fs::statfs(folder).ok()?.f_type as u32;
    REMOTE.iter().find(|(number, _)| *number == magic).map(|(_, name)| *name)
}

#[cfg(not(target_os = "linux"))]
pub fn kind(_: &Path) -> Option<&'static str> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn a_local_folder_is_not_remote() {
        assert_eq!(super::kind(std::path::Path::new("/proc")), None);
    }
}
