//! The themes there are: those built in, and those of the user's folder, which are read again while they are edited.
//!
//! A file of the folder stands for the built-in theme of its name. One that cannot be read any more keeps the look it
//! had, so that a half-written file never takes the colours away.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use etcetera::BaseStrategy;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::Failure;
use crate::model::clean;
use crate::model::text::nearest;
use crate::report::out::Out;
use crate::ui::theme::{Mode, THEMES, Theme};

/// Endings of files in the folder: our own form, and base16 schemes as they are published.
const ENDINGS: [&str; 3] = ["toml", "yaml", "yml"];

/// How long a file is left alone after it was touched: editors write in several steps.
const REST: Duration = Duration::from_millis(60);

/// One theme, and where it comes from.
#[derive(Debug, Clone)]
pub struct Known {
    pub name: String,
    pub theme: Theme,
    /// `None` for a built-in one.
    pub file: Option<PathBuf>,
}

/// See the module. Clones share what is known.
#[derive(Debug, Clone, Default)]
pub struct Themes {
    known: Arc<Mutex<Vec<Known>>>,
    /// Grows with every change, so that who keeps themes knows that they are old.
    revision: Arc<AtomicU64>,
    folder: Option<PathBuf>,
}

impl Themes {
    /// Built-in themes and those of the user's folder, and what is wrong with files there.
    pub fn read() -> (Self, Vec<String>) {
        let folder = etcetera::choose_base_strategy().ok().map(|all| all.config_dir().join("callscope").join("themes"));
        Self::of(folder)
    }

    fn of(folder: Option<PathBuf>) -> (Self, Vec<String>) {
        let themes = Self { folder, ..Self::default() };
        let complaints = themes.reread();
        (themes, complaints)
    }

    /// Looks at the folder again, and tells what is wrong with files there.
    fn reread(&self) -> Vec<String> {
        let mut all: Vec<Known> = THEMES
            .iter()
            .filter_map(|(name, text)| Some(Known { name: (*name).into(), theme: Theme::load(text).ok()?, file: None }))
            .collect();
        let mut complaints = Vec::new();
        for (name, file) in self.folder.as_deref().map(files).unwrap_or_default() {
            let read = fs::read_to_string(&file).map_err(|error| error.to_string());
            let theme = match read.and_then(|text| Theme::load(&text)) {
                Ok(theme) => theme,
                Err(why) => {
                    complaints.push(clean::line(&format!("{}: {why}", file.display())).into_owned());
                    match self.known().iter().find(|known| known.name == name && known.file.is_some()) {
                        Some(before) => before.theme.clone(),
                        None => continue,
                    }
                }
            };
            all.retain(|known| known.name != name);
            all.push(Known { name, theme, file: Some(file) });
        }
        *self.known() = all;
        self.revision.fetch_add(1, Ordering::Relaxed);
        complaints
    }

    fn known(&self) -> MutexGuard<'_, Vec<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// In the order that `t` walks.
    pub fn names(&self) -> Vec<String> {
        self.known().iter().map(|known| known.name.clone()).collect()
    }

    /// Everything known, for who draws.
    pub fn all(&self) -> Vec<Known> {
        self.known().clone()
    }

    pub fn revision(&self) -> u64 {
        self.revision.load(Ordering::Relaxed)
    }

    /// The name, or a sentence that says why its file is none, or which names there are.
    pub fn check(&self, name: &str, complaints: &[String]) -> Result<(), Failure> {
        let names = self.names();
        if names.iter().any(|known| known == name) {
            return Ok(());
        }
        let is_its = |complaint: &&String| {
            let file = complaint.split(": ").next().unwrap_or_default();
            Path::new(file).file_stem().is_some_and(|stem| stem == name)
        };
        if let Some(why) = complaints.iter().find(is_its) {
            return Err(Failure::Usage(why.clone()));
        }
        let meant = nearest(name, names.iter().map(String::as_str));
        let names = names.join(", ");
        Err(Failure::Usage(format!("no theme is named {name}; did you mean {meant}? There are {names}")))
    }

    /// Tells of every change of the folder: what is wrong with its files now. As long as the watcher lives; `None` where
    /// there is no folder, or it cannot be watched.
    pub fn watch(&self, mut told: impl FnMut(Vec<String>) + Send + 'static) -> Option<RecommendedWatcher> {
        let folder = self.folder.clone()?;
        let (touched, touches) = mpsc::channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| !event.kind.is_access()) {
                // Nobody listens any more when the program ends.
                let _ = touched.send(());
            }
        })
        .ok()?;
        watcher.watch(&folder, RecursiveMode::NonRecursive).ok()?;
        let themes = self.clone();
        std::thread::spawn(move || {
            while touches.recv().is_ok() {
                while touches.recv_timeout(REST).is_ok() {}
                told(themes.reread());
            }
        });
        Some(watcher)
    }
}

/// The files of a folder by the names of their themes.
fn files(folder: &Path) -> BTreeMap<String, PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let named = entries.map(|entry| entry.path()).filter_map(|path| {
        let ending = path.extension()?.to_str()?;
        ENDINGS.contains(&ending).then(|| Some((path.file_stem()?.to_str()?.to_owned(), path.clone())))?
    });
    named.collect()
}

/// `callscope themes`: every name, with what it is for and where it comes from; or the file of one.
pub fn run(name: Option<&str>) -> Result<ExitCode, Failure> {
    let (themes, complaints) = Themes::read();
    let mut out = Out::new();
    match name {
        None => {
            let all = themes.all();
            let widest = all.iter().map(|known| known.name.chars().count()).max().unwrap_or(0);
            for known in &all {
                let from = known.file.as_ref().map(|file| file.display().to_string()).unwrap_or_default();
                let line = format!("{:<widest$}  {:<5}  {from}", known.name, mode(known.theme.mode));
                writeln!(out, "{}", clean::field(line.trim_end()))?;
            }
        }
        Some(name) => {
            themes.check(name, &complaints)?;
            let file = themes.all().into_iter().find(|known| known.name == name).and_then(|known| known.file);
            let built_in = || THEMES.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned());
            let text = file.map_or_else(|| Ok(built_in().unwrap_or_default()), fs::read_to_string)?;
            out.write_all(text.as_bytes())?;
        }
    }
    out.flush()?;
    Ok(complaints.iter().fold(ExitCode::SUCCESS, |_, complaint| super::complain(complaint, 1)))
}

/// What background a theme is made for.
pub fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Dark => "dark",
        Mode::Light => "light",
        Mode::Any => "any",
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::*;
    use crate::ui::theme::Role;

    const RED: &str = "[roles]\nbad = \"#ff0000\"\n";

    fn bad(themes: &Themes, name: &str) -> Option<Color> {
        themes.all().iter().find(|known| known.name == name)?.theme.style(Role::Bad).fg
    }

    #[test]
    fn a_file_of_the_folder_is_a_theme_and_stands_for_the_built_in_one() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        write("mine.toml", RED);
        write("nord.toml", RED);
        write("notes.txt", "no theme");
        let (themes, complaints) = Themes::of(Some(dir.path().to_owned()));
        assert_eq!(complaints, [""; 0]);
        assert_eq!(bad(&themes, "mine"), Some(Color::Rgb(255, 0, 0)));
        assert_eq!(bad(&themes, "nord"), Some(Color::Rgb(255, 0, 0)));
        assert_eq!(themes.names().len(), THEMES.len() + 1);
        assert!(themes.check("mine", &[]).is_ok() && themes.check("mien", &[]).is_err());
    }

    #[test]
    fn a_scheme_of_base16_is_read_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let slots: String = (0..16).map(|slot| format!("base0{slot:X}: \"{slot:02x}{slot:02x}80\"\n")).collect();
        fs::write(dir.path().join("dusk.yaml"), format!("scheme: \"Dusk\"\n{slots}")).unwrap();
        let (themes, complaints) = Themes::of(Some(dir.path().to_owned()));
        assert_eq!(complaints, [""; 0]);
        assert_eq!(bad(&themes, "dusk"), Some(Color::Rgb(8, 8, 0x80)));
    }

    #[test]
    fn a_file_that_breaks_keeps_its_look_and_says_where() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("mine.toml");
        fs::write(&file, RED).unwrap();
        let (themes, _) = Themes::of(Some(dir.path().to_owned()));
        fs::write(&file, "[roles]\n\nbad = \"redish\"\n").unwrap();
        let complaints = themes.reread();
        assert!(complaints[0].contains("mine.toml: line 3: unknown colour `redish`"), "{complaints:?}");
        assert_eq!(bad(&themes, "mine"), Some(Color::Rgb(255, 0, 0)));
        fs::remove_file(&file).unwrap();
        themes.reread();
        assert_eq!(bad(&themes, "mine"), None);
    }

    #[test]
    fn who_watches_hears_of_a_change() {
        let dir = tempfile::tempdir().unwrap();
        let (themes, _) = Themes::of(Some(dir.path().to_owned()));
        let (told, heard) = mpsc::channel();
        let watcher = themes.watch(move |complaints| told.send(complaints).unwrap_or_default());
        let before = themes.revision();
        fs::write(dir.path().join("mine.toml"), RED).unwrap();
        let complaints = heard.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(complaints, [""; 0]);
        assert!(themes.revision() > before && bad(&themes, "mine").is_some());
        drop(watcher);
    }
}
