use std::num::TryFromIntError;
use std::ops::Range;

/// A part of a text, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    /// Returns the part of `text`; empty if `text` has no such part.
    pub(crate) fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }

    pub(crate) fn is_empty(self) -> bool {
        self.start == self.end
    }
}

impl TryFrom<Range<usize>> for Span {
    type Error = TryFromIntError;

    fn try_from(range: Range<usize>) -> Result<Self, TryFromIntError> {
        Ok(Self {
            start: u32::try_from(range.start)?,
            end: u32::try_from(range.end)?,
        })
    }
}

/// The kind of a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Number,
    /// `true`, `false` or `null`.
    Literal,
}

impl Kind {
    pub(crate) const fn is_container(self) -> bool {
        matches!(self, Self::Object | Self::Array)
    }
}

/// A JSON value. The nodes of a document are in the order of the text, so that a container precedes what it contains.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) depth: u16,
    /// The name of the field with its quotes; empty for items of arrays and for the root.
    pub(crate) key: Span,
    /// The whole value, with its quotes or brackets.
    pub(crate) value: Span,
    /// The number of fields or items of a container.
    pub(crate) children: u32,
    /// The position in the container, from 0.
    pub(crate) position: u32,
    /// The container; the root is its own.
    pub(crate) parent: u32,
    /// The first node after this one and everything in it.
    pub(crate) next: u32,
}
