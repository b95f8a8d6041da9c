//! Failures on purpose, so that tests can see what a failure of the real binary leaves behind. A release has none.

/// Panics, in a build with debug assertions, as soon as the file exists that `CALLSCOPE_FAIL_<part>` names.
pub fn fail_if_asked(part: &str) {
    if cfg!(debug_assertions)
        && let Some(path) = std::env::var_os(format!("CALLSCOPE_FAIL_{part}"))
    {
        assert!(!std::path::Path::new(&path).exists(), "the {part} failed on purpose");
    }
}
