//! Text in which a phrase is found across line breaks.

use std::sync::LazyLock;

use regex::Regex;

static CODE: LazyLock<Regex> = LazyLock::new(|| pattern(r"`[^`]*`"));
/// Targets of links: addresses and paths are not English.
static TARGET: LazyLock<Regex> = LazyLock::new(|| pattern(r"\]\([^)]*\)|<?https?://\S+"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid")
}

/// Consecutive lines, joined, so that a phrase is found across a line break.
#[derive(Default)]
pub(super) struct Passage {
    pub(super) text: String,
    /// For each line: where it begins in the text, and its number in the file.
    lines: Vec<(usize, usize)>,
}

impl Passage {
    pub(super) fn push(&mut self, number: usize, line: &str) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.lines.push((self.text.len(), number));
        self.text.push_str(&without_code(line));
    }

    /// The number of the line that holds this position of the text.
    pub(super) fn line_at(&self, position: usize) -> usize {
        let after = self.lines.partition_point(|(start, _)| *start <= position);
        self.lines[after.saturating_sub(1)].1
    }
}

/// Replaces code in backticks by a placeholder, which is a noun like the code.
fn without_code(line: &str) -> String {
    let line = CODE.replace_all(line, "`x`");
    TARGET.replace_all(&line, "]").trim().to_owned()
}

/// A line, or the end of one, that contains English.
pub(super) struct Line {
    pub(super) text: String,
    /// `false` if something else precedes the text on its line.
    pub(super) is_whole: bool,
}

/// Collects lines, and joins those of one paragraph.
#[derive(Default)]
pub(super) struct Passages {
    pub(super) found: Vec<Passage>,
    /// The number of the line that continues the last passage, unless its paragraph has ended.
    next: Option<usize>,
}

impl Passages {
    pub(super) fn push(&mut self, number: usize, line: Line) {
        if !line.is_whole || self.next != Some(number) {
            self.found.push(Passage::default());
        }
        let passage = self.found.last_mut().expect("one was just pushed");
        passage.push(number, &line.text);
        // An empty line, or a heading, ends the paragraph.
        let continues = line.is_whole && !line.text.is_empty() && !line.text.starts_with('#');
        self.next = continues.then_some(number + 1);
    }

    pub(super) fn single(&mut self, number: usize, text: &str) {
        let mut passage = Passage::default();
        passage.push(number, text);
        self.add(passage);
    }

    pub(super) fn add(&mut self, passage: Passage) {
        self.found.push(passage);
        self.next = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_leads_to_its_line() {
        let mut passage = Passage::default();
        passage.push(4, "one");
        passage.push(5, "two");
        assert_eq!(passage.text, "one two");
        assert_eq!((passage.line_at(2), passage.line_at(4)), (4, 5));
    }
}
