//! Files that are no lines of text, told by their first bytes: one clear message instead of a million broken lines.

/// Bytes looked at.
pub const SAMPLE: usize = 4096;

/// The first 16 bytes of every `SQLite` database.
pub const SQLITE: &[u8] = b"SQLite format 3\0";

/// Compressed kinds by their first bytes: the bytes, the name, and the tool that prints them.
const PACKED: [(&[u8], &str, &str); 5] = [
    (b"\x1f\x8b", "gzip", "zcat"),
    (b"\x28\xb5\x2f\xfd", "zstd", "zstdcat"),
    (b"\xfd7zXZ\0", "xz", "xzcat"),
    (b"BZh", "bzip2", "bzcat"),
    (b"PK\x03\x04", "zip", "unzip -p"),
];

/// Why a file that begins with `head` is not read; `None` for what may be text. NULs at the beginning of a line are no
/// reason: a writer without `O_APPEND` leaves them when its file is cut under it, and some reserve room ahead.
pub fn refusal(head: &[u8]) -> Option<String> {
    let head = &head[..head.len().min(SAMPLE)];
    for (magic, name, tool) in PACKED {
        if head.starts_with(magic) {
            return Some(format!("compressed ({name}), not read yet: unpack it, or `{tool} FILE | callscope -`"));
        }
    }
    if head.starts_with(SQLITE) {
        return Some("a SQLite database under a log's name: name it `.db`, or on the command line".to_owned());
    }
    let (nuls, rest) = nuls_in_lines(head);
    // In UTF-16 every other byte of plain text is NUL.
    let is_wide = rest >= 8 && nuls * 5 >= rest * 2 && !head.windows(2).any(|pair| pair == [0, 0]);
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || is_wide {
        return Some("UTF-16, not UTF-8: convert it with `iconv -f UTF-16 -t UTF-8`".to_owned());
    }
    // Text of another encoding has a few bytes that are no UTF-8; of noise it is every third.
    let broken: usize = head.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    let is_noise = (nuls * 20 > rest || broken * 5 > rest) && !head.split(|byte| *byte == b'\n').any(is_record);
    is_noise.then(|| "binary, not lines of text".to_owned())
}

/// Whether a line is a record: then it is a log, and what is broken in it are single lines.
fn is_record(line: &[u8]) -> bool {
    line.starts_with(b"{") && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}

/// NULs that stand inside of lines, and the bytes there are without those that stand before.
fn nuls_in_lines(head: &[u8]) -> (usize, usize) {
    let (mut nuls, mut rest, mut at_start) = (0, 0, true);
    for &byte in head {
        at_start = byte == b'\n' || (at_start && byte == 0);
        nuls += usize::from(byte == 0 && !at_start);
        rest += usize::from(byte != 0 || !at_start);
    }
    (nuls, rest)
}

/// The name and the tool of a compressed kind, by the ending of a file's name.
pub fn packed(extension: &str) -> Option<(&'static str, &'static str)> {
    let name = match extension {
        "gz" | "tgz" => "gzip",
        "zst" => "zstd",
        "xz" => "xz",
        "bz2" => "bzip2",
        "zip" => "zip",
        _ => return None,
    };
    PACKED.iter().find(|kind| kind.1 == name).map(|kind| (kind.1, kind.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &[u8], says: Option<&str>) {
        let said = refusal(head);
        match says {
            None => assert_eq!(said, None),
            Some(word) => assert!(said.as_deref().is_some_and(|said| said.starts_with(word)), "{said:?}, not {word}"),
        }
    }

    #[test]
    fn kinds_by_their_first_bytes() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        check(b"", None);
        check(b"{\"id\":1}\n", None);
        check("\u{feff}{\"id\":\"å\"}\n".as_bytes(), None);
        check(&[&[0; 80][..], b"{\"id\":1}\n"].concat(), None);
        check(&[0; 4096], None);
        check(&[b"{\"id\":1}\n".as_slice(), &[0; 4000]].concat(), None);
        check(&wide("{\"id\":1}\n"), Some("UTF-16"));
        check(&wide("\u{feff}{\"id\":1}\n"), Some("UTF-16"));
        check(&"{\"id\":1}\n".encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>(), Some("UTF-16"));
        check(b"\x1f\x8b\x08\0\0", Some("compressed (gzip)"));
        check(&[SQLITE, &[0; 100]].concat(), Some("a SQLite database"));
        check(b"{\"name\":\"Andr\xe9\"}\n", None);
        let torn: Vec<u8> = (1..=255).cycle().take(700).collect();
        check(&[torn.as_slice(), b"\n{\"id\":1}\n"].concat(), None);
        check(&(1..=255).collect::<Vec<u8>>(), Some("binary"));
        check(&[b"\x7fELF\x02\x01\x01".as_slice(), &[0; 57]].concat(), Some("binary"));
    }
}
