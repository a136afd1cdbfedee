use ratatui::layout::{Position, Rect};

use super::Section;
use crate::view::View;

/// Something on the screen that can be selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// A tab.
    View(View),
    /// A row of the table of the view, or of the window above it.
    Row(usize),
    /// A section of the detail.
    Section(Section),
    /// The health in the header.
    Health,
}

/// What the last frame has drawn where.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hits {
    areas: Vec<(Rect, Target)>,
    /// The rows that the table of the view has room for.
    pub(crate) page_rows: usize,
    /// The rows of a text that scrolls as a whole.
    pub(crate) text_rows: usize,
}

impl Hits {
    pub(crate) fn add(&mut self, area: Rect, target: Target) {
        self.areas.push((area, target));
    }

    /// Forgets what a window covers.
    pub(crate) fn cover(&mut self, window: Rect) {
        self.areas.retain(|(area, _)| !area.intersects(window));
    }

    /// Returns the number of targets, for [`truncate`](Self::truncate).
    pub(crate) fn len(&self) -> usize {
        self.areas.len()
    }

    /// Forgets the targets that were added after there were `len`.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.areas.truncate(len);
    }

    /// Returns what is at a position: the last one drawn.
    pub(crate) fn at(&self, column: u16, row: u16) -> Option<Target> {
        let position = Position::new(column, row);
        let mut areas = self.areas.iter().rev();
        areas
            .find(|(area, _)| area.contains(position))
            .map(|(_, target)| *target)
    }

    /// Returns every target with the letters that jump to it: the first ones have one letter, as many as leave enough pairs
    /// for the others.
    pub(crate) fn labels(&self) -> Vec<(String, Rect, Target)> {
        let letters: Vec<char> = ('a'..='z').collect();
        let count = letters.len();
        let surplus = self.areas.len().saturating_sub(count);
        let starts = surplus.div_ceil(count - 1).min(count);
        let (single, first) = letters.split_at(count - starts);
        let pairs = first
            .iter()
            .flat_map(|one| letters.iter().map(move |two| format!("{one}{two}")));
        let labels = single.iter().map(char::to_string).chain(pairs);
        let labels = labels.zip(&self.areas);
        labels
            .map(|(label, (area, target))| (label, *area, *target))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(count: u16) -> Hits {
        let mut hits = Hits::default();
        for row in 0..count {
            hits.add(Rect::new(0, row, 10, 1), Target::Row(row.into()));
        }
        hits
    }

    #[test]
    fn labels_are_as_short_as_possible_and_distinct() {
        let labels = |count| -> Vec<String> {
            let labels = hits(count).labels().into_iter();
            labels.map(|(label, ..)| label).collect()
        };
        assert_eq!(labels(3), ["a", "b", "c"]);
        for count in [26, 27, 51, 52, 60, 676, 700] {
            let all = labels(count);
            assert_eq!(all.len(), usize::from(count.min(676)));
            assert_eq!(all[0].len(), if count > 650 { 2 } else { 1 }, "{count}");
            let is_distinct = |label: &String| {
                let same = all.iter().filter(|other| other.starts_with(label.as_str()));
                same.count() == 1
            };
            assert!(all.iter().all(is_distinct), "{count}: {all:?}");
        }
    }

    #[test]
    fn the_last_drawn_target_is_on_top() {
        let mut hits = hits(3);
        hits.add(Rect::new(0, 1, 5, 1), Target::Health);
        assert_eq!(hits.at(2, 1), Some(Target::Health));
        assert_eq!(hits.at(7, 1), Some(Target::Row(1)));
        assert_eq!(hits.at(7, 9), None);
    }
}
