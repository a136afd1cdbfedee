use std::collections::BTreeSet;

use super::Cursor;
use crate::data::{JsonDocument, Node, Span};
use crate::{format, wrap};

/// Columns before the value of a root: the cursor and the mark of a container.
pub(crate) const MARGIN: usize = 4;

/// Columns by which the content of a container is indented.
const INDENT: usize = 2;

/// A JSON document with what is folded, the cursor, and the rows that follow from them.
#[derive(Debug)]
pub(crate) struct JsonView {
    document: JsonDocument,
    /// Containers whose content is hidden.
    folded: BTreeSet<u32>,
    /// Long strings that are shown in full.
    unfolded: BTreeSet<u32>,
    rows: Vec<JsonRow>,
    pub(crate) cursor: Cursor,
    width: usize,
}

/// A line on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JsonRow {
    /// The value.
    pub(crate) node: u32,
    /// A part of a long string; empty in the line with the key.
    pub(crate) part: Span,
}

impl JsonView {
    /// Reads a text; `None` if it cannot be shown as a tree.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let mut view = Self {
            document: JsonDocument::read(text)?,
            folded: BTreeSet::new(),
            unfolded: BTreeSet::new(),
            rows: Vec::new(),
            cursor: Cursor::default(),
            width: 80,
        };
        view.arrange();
        Some(view)
    }

    pub(crate) fn document(&self) -> &JsonDocument {
        &self.document
    }

    pub(crate) fn rows(&self) -> &[JsonRow] {
        &self.rows
    }

    pub(crate) fn node(&self, index: u32) -> &Node {
        &self.document.nodes()[index as usize]
    }

    /// Returns the value under the cursor.
    pub(crate) fn selected(&self) -> u32 {
        let row = self.rows.get(self.cursor.selected());
        row.map_or(0, |row| row.node)
    }

    pub(crate) fn is_folded(&self, index: u32) -> bool {
        self.folded.contains(&index)
    }

    /// Whether a string is shown in full, over several lines.
    pub(crate) fn is_unfolded_string(&self, index: u32) -> bool {
        self.unfolded.contains(&index)
    }

    /// Returns the columns before the key of a value. Deep values are not indented further than half of the width.
    pub(crate) fn indent(&self, node: &Node) -> usize {
        (usize::from(node.depth) * INDENT).min(self.width / 2)
    }

    /// Arranges the lines for another width.
    pub(crate) fn fit(&mut self, width: usize, height: usize) {
        if self.width != width {
            self.width = width;
            self.rearrange(height);
        }
    }

    pub(crate) fn move_by(&mut self, rows: isize, height: usize) {
        self.cursor.move_by(rows, self.rows.len(), height);
    }

    /// Moves the cursor to a line.
    pub(crate) fn select_row(&mut self, row: usize, height: usize) {
        self.cursor.select(row, self.rows.len(), height);
    }

    /// Folds or unfolds the value under the cursor.
    pub(crate) fn toggle(&mut self, height: usize) {
        let index = self.selected();
        let (is_container, is_long) = (self.has_content(index), self.is_long(index));
        if is_container && !self.folded.remove(&index) {
            self.folded.insert(index);
        }
        if is_long && !self.unfolded.remove(&index) {
            self.unfolded.insert(index);
        }
        self.rearrange(height);
    }

    /// Folds everything in the root, or unfolds everything.
    pub(crate) fn toggle_all(&mut self, height: usize) {
        let nodes = self.document.nodes().iter().enumerate().skip(1);
        let containers = nodes.filter(|(_, node)| node.kind.is_container() && node.children > 0);
        let all: BTreeSet<u32> = containers
            .filter_map(|(index, _)| u32::try_from(index).ok())
            .collect();
        let is_folded = self.folded == all;
        self.folded = if is_folded { BTreeSet::new() } else { all };
        self.unfolded.clear();
        self.rearrange(height);
    }

    /// Folds the value under the cursor, or moves to the container around it.
    pub(crate) fn go_left(&mut self, height: usize) {
        let index = self.selected();
        let is_open = self.has_content(index) && !self.is_folded(index);
        if is_open || self.is_unfolded_string(index) {
            self.toggle(height);
        } else {
            self.reveal(self.node(index).parent, height);
        }
    }

    /// Unfolds the value under the cursor, or moves to the first value in it.
    pub(crate) fn go_right(&mut self, height: usize) {
        let index = self.selected();
        let is_closed_string = self.is_long(index) && !self.is_unfolded_string(index);
        if is_closed_string || (self.has_content(index) && self.is_folded(index)) {
            self.toggle(height);
        } else if self.has_content(index) {
            self.move_by(1, height);
        }
    }

    /// Unfolds every container around a value, and moves the cursor to it.
    pub(crate) fn reveal(&mut self, index: u32, height: usize) {
        let mut around = index;
        while around != self.node(around).parent {
            around = self.node(around).parent;
            self.folded.remove(&around);
        }
        self.arrange();
        self.select_node(index, height);
    }

    /// Whether a string does not fit in its line.
    pub(crate) fn is_long(&self, index: u32) -> bool {
        let node = self.node(index);
        let room = self.room(node);
        let text = self.document.value(node);
        !node.kind.is_container() && wrap::head(text, room).len() < text.len()
    }

    /// Returns the columns that there are for a value after its key.
    fn room(&self, node: &Node) -> usize {
        let key = self.document.key(node);
        let label = match (key.is_empty(), node.depth) {
            (true, 0) => 0,
            (true, _) => node.position.checked_ilog10().unwrap_or(0) as usize + 2,
            (false, _) => format::width(wrap::head(key, self.width / 2)) + 2,
        };
        let used = MARGIN + self.indent(node) + label;
        self.width.saturating_sub(used).max(8)
    }

    fn has_content(&self, index: u32) -> bool {
        self.node(index).children > 0
    }

    /// Arranges the lines again, and keeps the cursor at the same value, or at the folded one that contains it.
    fn rearrange(&mut self, height: usize) {
        let selected = self.selected();
        self.arrange();
        self.select_node(selected, height);
    }

    /// Moves the cursor to a value; when it is hidden, to the folded container around it.
    fn select_node(&mut self, index: u32, height: usize) {
        let mut shown = index;
        let mut around = index;
        while around != self.node(around).parent {
            around = self.node(around).parent;
            if self.is_folded(around) {
                shown = around;
            }
        }
        let row = self.rows.partition_point(|row| row.node < shown);
        self.select_row(row, height);
    }

    fn arrange(&mut self) {
        let mut rows = std::mem::take(&mut self.rows);
        rows.clear();
        let mut index = 0;
        while let Some(node) = self.document.nodes().get(index as usize) {
            rows.push(JsonRow {
                node: index,
                part: Span::default(),
            });
            if self.unfolded.contains(&index) {
                rows.extend(self.parts(index, node));
            }
            index = if self.folded.contains(&index) {
                node.next
            } else {
                index + 1
            };
        }
        self.rows = rows;
    }

    fn parts(&self, index: u32, node: &Node) -> impl Iterator<Item = JsonRow> {
        let room = self.width.saturating_sub(MARGIN + self.indent(node)).max(8);
        let pieces = wrap::pieces(self.document.value(node), room).into_iter();
        pieces.filter_map(move |piece| {
            let part = Span::try_from(piece).ok()?;
            Some(JsonRow { node: index, part })
        })
    }
}

#[cfg(test)]
mod tests;
