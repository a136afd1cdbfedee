use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::style::{Modifier, Style};
use ratatui_textarea::TextArea;

use super::Cursor;

/// Largest number of commands that are remembered as recently used.
pub(crate) const RECENT_COMMANDS: usize = 10;

/// A command that can be run by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    /// The name in the configuration file.
    pub(crate) name: String,
    /// Its purpose, in a sentence.
    pub(crate) help: String,
    /// Its key; empty if it has none.
    pub(crate) key: String,
    pub(crate) runs: Runs,
}

/// What a command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runs {
    /// The binding at this position of the key table.
    Binding(usize),
    /// The command of the user at this position.
    UserCommand(usize),
}

/// A command that fits what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its position among the commands.
    pub(crate) index: usize,
    /// The positions of the fitting characters in the name, a space and the help.
    pub(crate) matched: Vec<u32>,
}

/// The list of commands, and the text that selects some of them.
#[derive(Debug)]
pub(crate) struct Palette {
    pub(crate) input: TextArea<'static>,
    commands: Vec<Command>,
    found: Vec<Found>,
    pub(crate) cursor: Cursor,
}

impl Palette {
    /// Lists commands, in this order while nothing is typed.
    pub(crate) fn of(commands: Vec<Command>) -> Self {
        let mut input = TextArea::default();
        input.set_cursor_line_style(Style::new());
        input.set_cursor_style(Style::new().add_modifier(Modifier::REVERSED));
        let mut palette = Self {
            input,
            commands,
            found: Vec::new(),
            cursor: Cursor::default(),
        };
        palette.search();
        palette
    }

    /// Returns the commands that fit, the best first.
    pub(crate) fn found(&self) -> &[Found] {
        &self.found
    }

    pub(crate) fn command(&self, found: &Found) -> &Command {
        &self.commands[found.index]
    }

    pub(crate) fn selected(&self) -> Option<&Command> {
        let found = self.found.get(self.cursor.selected())?;
        Some(self.command(found))
    }

    /// Finds the commands that fit the text. Of equally good ones, the first in the list comes first.
    pub(crate) fn search(&mut self) {
        let text = self.input.lines().first().map_or("", String::as_str);
        let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut found: Vec<(u32, Found)> = Vec::new();
        for (index, command) in self.commands.iter().enumerate() {
            let (mut matched, mut chars) = (Vec::new(), Vec::new());
            let line = format!("{} {}", command.name, command.help);
            let line = Utf32Str::new(&line, &mut chars);
            if let Some(score) = pattern.indices(line, &mut matcher, &mut matched) {
                found.push((score, Found { index, matched }));
            }
        }
        found.sort_by_key(|(score, found)| (std::cmp::Reverse(*score), found.index));
        self.found = found.into_iter().map(|(_, found)| found).collect();
        self.cursor = Cursor::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn palette(typed: &str) -> Vec<String> {
        let commands = [
            ("copy-id", "Copy the id of what is selected"),
            ("copy-link", "Copy the link to the web page"),
            ("quit", "Quit"),
        ];
        let commands = commands.map(|(name, help)| Command {
            name: name.to_owned(),
            help: help.to_owned(),
            key: String::new(),
            runs: Runs::Binding(0),
        });
        let mut palette = Palette::of(commands.to_vec());
        palette.input.insert_str(typed);
        palette.search();
        let found = palette.found().iter();
        found
            .map(|found| palette.command(found).name.clone())
            .collect()
    }

    #[test]
    fn letters_in_order_are_enough() {
        assert_eq!(palette(""), ["copy-id", "copy-link", "quit"]);
        assert_eq!(palette("cplk"), ["copy-link"]);
        assert_eq!(palette("web COPY"), ["copy-link"]);
        assert!(palette("zzz").is_empty());
    }
}
