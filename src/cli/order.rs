//! Options may be typed before the command: `callscope --since 7d report`.

use std::ffi::OsString;
use std::path::Path;

use clap::CommandFactory;

use super::Cli;

/// The words with the command before the options.
pub fn command_first(mut typed: Vec<OsString>) -> Vec<OsString> {
    let cli = Cli::command();
    let mut at = 1;
    while let Some(option) = typed.get(at).and_then(|word| word.to_str()).filter(|word| word.starts_with('-')) {
        let name = option.trim_start_matches('-');
        if name.is_empty() {
            return typed;
        }
        // The monitor has the options that every command has, and only an option that all know may stand before one.
        let is_it =
            |arg: &&clap::Arg| arg.get_long() == Some(name) || arg.get_short().is_some_and(|c| name == c.to_string());
        let takes_value = cli.get_arguments().find(is_it).is_some_and(|arg| arg.get_action().takes_values());
        at += 1 + usize::from(takes_value);
    }
    // What lies in the folder under that name is meant as before.
    let is_command =
        |word: &OsString| cli.get_subcommands().any(|command| word == command.get_name()) && !Path::new(word).exists();
    if at > 1 && typed.get(at).is_some_and(is_command) {
        typed[1..=at].rotate_right(1);
    }
    typed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_may_stand_before_the_command() {
        for (typed, read) in [
            ("callscope --since 7d report --json", "callscope report --since 7d --json"),
            ("callscope --config x.toml calls", "callscope calls --config x.toml"),
            ("callscope --since=7d report", "callscope report --since=7d"),
            ("callscope --filter report", "callscope --filter report"),
            ("callscope logs report", "callscope logs report"),
            ("callscope report --since 7d", "callscope report --since 7d"),
            ("callscope - report", "callscope - report"),
            ("callscope --since", "callscope --since"),
        ] {
            let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
            assert_eq!(command_first(words(typed)), words(read), "{typed}");
        }
    }
}
