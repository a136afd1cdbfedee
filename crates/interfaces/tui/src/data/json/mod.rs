//! JSON text as a tree whose keys and values are exactly the text that was received. Numbers are never converted.

mod document;
mod node;
mod pretty;
mod reader;

pub(crate) use document::JsonDocument;
pub(crate) use node::{Kind, Node, Span};
