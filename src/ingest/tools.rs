//! Tools that keep logs of their calls in the user's home: their names as sources, and where they write.
//!
//! Places are read when their tool is named, and offered where nothing else was found.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use etcetera::home_dir;
use globset::{Glob, GlobSet};

/// A tool with logs of its own.
#[derive(Debug)]
pub struct Tool {
    /// As it is named on the command line.
    pub name: &'static str,
    /// As its makers call it.
    pub title: &'static str,
    /// A variable that moves its folder elsewhere.
    variable: Option<Variable>,
    /// Folders below the home, unless the variable is set.
    home: &'static [&'static str],
    /// What its logs are called, below either.
    pub logs: &'static [&'static str],
}

/// A variable that holds one folder, or several with commas between them; logs lie in `below` of each.
#[derive(Debug)]
struct Variable {
    name: &'static str,
    below: &'static str,
}

/// Where editors keep the data of their extensions.
const EDITORS: [&str; 5] = ["Code", "Code - Insiders", "VSCodium", "Cursor", "Windsurf"];

pub static TOOLS: &[Tool] = &[
    Tool {
        name: "claude-code",
        title: "Claude Code",
        variable: Some(Variable { name: "CLAUDE_CONFIG_DIR", below: "projects" }),
        home: &[".claude/projects", ".config/claude/projects"],
        logs: &["**/*.jsonl"],
    },
    Tool {
        name: "codex",
        title: "Codex",
        variable: Some(Variable { name: "CODEX_HOME", below: "" }),
        home: &[".codex"],
        logs: &["sessions/**/rollout-*.jsonl*", "archived_sessions/**/rollout-*.jsonl*"],
    },
    Tool {
        name: "gemini-cli",
        title: "Gemini CLI",
        variable: Some(Variable { name: "GEMINI_CLI_HOME", below: ".gemini/tmp" }),
        home: &[".gemini/tmp"],
        logs: &["*/chats/**/*.json", "*/chats/**/*.jsonl"],
    },
    Tool {
        name: "qwen-code",
        title: "Qwen Code",
        variable: None,
        home: &[".qwen"],
        logs: &["projects/**/chats/*.jsonl", "tmp/**/chats/*.jsonl"],
    },
    Tool {
        name: "opencode",
        title: "OpenCode",
        variable: Some(Variable { name: "OPENCODE_DATA_DIR", below: "" }),
        home: &[".local/share/opencode"],
        logs: &["opencode*.db", "storage/message/**/*.json"],
    },
    Tool {
        name: "kilo",
        title: "Kilo CLI",
        variable: Some(Variable { name: "KILO_DATA_DIR", below: "" }),
        home: &[".local/share/kilo"],
        logs: &["kilo.db"],
    },
    Tool {
        name: "copilot",
        title: "Copilot CLI",
        variable: Some(Variable { name: "COPILOT_OTEL_FILE_EXPORTER_PATH", below: "" }),
        home: &[".copilot/otel"],
        logs: &["*.jsonl"],
    },
    Tool {
        name: "goose",
        title: "Goose",
        variable: Some(Variable { name: "GOOSE_PATH_ROOT", below: "data/sessions" }),
        home: &[".local/share/goose/sessions", "Library/Application Support/goose/sessions"],
        logs: &["sessions.db"],
    },
    Tool {
        name: "hermes",
        title: "Hermes Agent",
        variable: Some(Variable { name: "HERMES_HOME", below: "" }),
        home: &[".hermes"],
        logs: &["state.db"],
    },
    Tool {
        name: "cline",
        title: "Cline, Roo Code, Kilo Code",
        variable: None,
        home: &[],
        logs: &["tasks/*/ui_messages.json"],
    },
    Tool {
        name: "llm",
        title: "llm",
        variable: Some(Variable { name: "LLM_USER_PATH", below: "" }),
        home: &[".config/io.datasette.llm", "Library/Application Support/io.datasette.llm"],
        logs: &["logs.db"],
    },
    Tool {
        name: "clawrouter",
        title: "ClawRouter",
        variable: None,
        home: &[".openclaw/blockrun/logs"],
        logs: &["usage-*.jsonl"],
    },
];

/// The tool of this name.
pub fn tool(name: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.name == name)
}

/// The JSON documents of tools, known by their names wherever they lie: any other may be anything at all.
const DOCUMENTS: [&str; 3] = ["**/storage/message/**/*.json", "**/tasks/*/ui_messages.json", "**/session-*.json"];

/// What tools keep beside them, and is no log.
const BESIDE: [&str; 2] = ["**/storage/{part,session,session_diff,project}/**/*.json", "**/tasks/*/*.json"];

/// Whether the document at this full path is a log of a known tool.
pub fn wrote(document: &Path) -> bool {
    static PATTERNS: LazyLock<GlobSet> = LazyLock::new(|| set(&DOCUMENTS));
    PATTERNS.is_match(document)
}

/// Whether the document at this full path is a known tool's own, log or not.
pub fn owns(document: &Path) -> bool {
    static PATTERNS: LazyLock<GlobSet> = LazyLock::new(|| set(&BESIDE));
    wrote(document) || PATTERNS.is_match(document)
}

fn set(patterns: &[&str]) -> GlobSet {
    GlobSet::new(patterns.iter().filter_map(|pattern| Glob::new(pattern).ok())).unwrap_or_default()
}

/// The tools whose folders exist here.
pub fn present() -> Vec<&'static Tool> {
    let found = |tool: &&Tool| tool.folders(&env).iter().any(|place| place.exists());
    TOOLS.iter().filter(found).collect()
}

fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

impl Tool {
    /// Where its logs are looked for: folders, or a single file where its variable names one.
    pub fn places(&self) -> Vec<PathBuf> {
        self.folders(&env)
    }

    fn folders(&self, env: &impl Fn(&str) -> Option<String>) -> Vec<PathBuf> {
        if let Some(variable) = &self.variable
            && let Some(value) = env(variable.name).filter(|value| !value.is_empty())
        {
            let named = value.split(',').map(str::trim).filter(|path| !path.is_empty()).map(PathBuf::from);
            // Whoever names the inner folder means it.
            return named
                .map(|path| if path.ends_with(variable.below) { path } else { path.join(variable.below) })
                .collect();
        }
        let Ok(home) = home_dir() else { return Vec::new() };
        let data = env("XDG_DATA_HOME").filter(|data| !data.is_empty()).map(PathBuf::from);
        let place = |below: &&str| match (below.strip_prefix(".local/share/"), &data) {
            (Some(below), Some(data)) => data.join(below),
            _ => home.join(below),
        };
        let mut places: Vec<PathBuf> = self.home.iter().map(place).collect();
        if self.name == "claude-code"
            && let Some(config) = env("XDG_CONFIG_HOME").filter(|config| !config.is_empty())
        {
            places.push(Path::new(&config).join("claude/projects"));
        }
        if self.name == "cline" {
            places.extend(extensions(&home));
        }
        places
    }
}

/// The folders of Cline and its descendants, in every editor.
fn extensions(home: &Path) -> impl Iterator<Item = PathBuf> + '_ {
    const NAMES: [&str; 3] = ["saoudrizwan.claude-dev", "rooveterinaryinc.roo-cline", "kilocode.kilo-code"];
    [".config", "Library/Application Support"].into_iter().flat_map(move |config| {
        EDITORS.into_iter().flat_map(move |editor| {
            NAMES.into_iter().map(move |name| home.join(config).join(editor).join("User/globalStorage").join(name))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_moves_a_tool_elsewhere() {
        let places = |value: &str| {
            let value = value.to_owned();
            let env = move |name: &str| (name == "CLAUDE_CONFIG_DIR").then(|| value.clone());
            tool("claude-code").unwrap().folders(&env)
        };
        assert_eq!(places("/a, /b/projects"), [Path::new("/a/projects"), Path::new("/b/projects")]);
        assert!(places("").iter().any(|place| place.ends_with(".claude/projects")), "set to nothing is not set");
        let data = |name: &str| (name == "XDG_DATA_HOME").then(|| "/data".to_owned());
        assert_eq!(tool("opencode").unwrap().folders(&data), [Path::new("/data/opencode")]);
    }
}
