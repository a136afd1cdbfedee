use std::cmp::Reverse;

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

    /// Finds the commands that fit the text: those whose name does before those whose help does. Of equally good ones, the
    /// first in the list comes first.
    pub(crate) fn search(&mut self) {
        let text = self.input.lines().first().map_or("", String::as_str);
        let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut found: Vec<(Rank, Found)> = Vec::new();
        for (index, command) in self.commands.iter().enumerate() {
            let mut matches = |text: &str| {
                let (mut matched, mut chars) = (Vec::new(), Vec::new());
                let text = Utf32Str::new(text, &mut chars);
                let score = pattern.indices(text, &mut matcher, &mut matched)?;
                Some((score, matched))
            };
            let line = format!("{} {}", command.name, command.help);
            let best = match matches(&command.name) {
                Some((score, matched)) => Some((rank(&command.name, text.trim(), score), matched)),
                None => {
                    matches(&line).map(|(score, matched)| (Rank::Help(Reverse(score)), matched))
                }
            };
            if let Some((rank, matched)) = best {
                found.push((rank, Found { index, matched }));
            }
        }
        found.sort_by_key(|(rank, found)| (*rank, found.index));
        self.found = found.into_iter().map(|(_, found)| found).collect();
        self.cursor = Cursor::default();
    }
}

/// How well a command fits; the least is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// The name begins with the text.
    Prefix,
    /// A later word in the name does.
    Word,
    /// The name contains its letters.
    Letters(Reverse<u32>),
    /// The name and the help contain them.
    Help(Reverse<u32>),
}

fn rank(name: &str, typed: &str, score: u32) -> Rank {
    let (name, typed) = (name.to_lowercase(), typed.to_lowercase());
    match name.strip_prefix(typed.as_str()) {
        Some(_) => Rank::Prefix,
        None if name.split('-').any(|word| word.starts_with(&typed)) => Rank::Word,
        None => Rank::Letters(Reverse(score)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn palette(typed: &str) -> Vec<String> {
        let commands = [
            ("copy-id", "Copy the id of what is selected"),
            ("copy-link", "Copy the link to the web page"),
            (
                "mark-all",
                "Mark all loaded jobs; again: all that the filter selects",
            ),
            ("quit", "Quit"),
            ("retry", "Retry the job"),
            ("look-again", "Look again"),
            ("refresh", "Load everything again now"),
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
        assert_eq!(palette("").len(), 7);
        assert_eq!(palette("")[..2], ["copy-id", "copy-link"]);
        assert_eq!(palette("cplk"), ["copy-link"]);
        assert_eq!(palette("web COPY"), ["copy-link"]);
        assert!(palette("zzz").is_empty());
    }

    #[test]
    fn names_are_found_before_descriptions() {
        assert_eq!(palette("re")[..2], ["retry", "refresh"]);
        assert_eq!(palette("again")[..2], ["look-again", "mark-all"]);
        assert_eq!(palette("Mark")[0], "mark-all");
        assert_eq!(palette("sc"), palette("sc "));
    }
}
