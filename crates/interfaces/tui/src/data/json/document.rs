use odd_client::inert_json;

use super::{Kind, Node, reader};

/// Largest number of values that a document may have.
const NODES: usize = 1_000_000;

/// JSON text with the tree of its values.
#[derive(Debug)]
pub(crate) struct JsonDocument {
    text: String,
    nodes: Vec<Node>,
}

impl JsonDocument {
    /// Reads a text, after characters that could control a terminal are written as `\u` escapes. Returns `None` if it is not
    /// JSON, or has more than a million values.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = inert_json(text).into_owned();
        let nodes = reader::read(&text, NODES)?;
        Some(Self { text, nodes })
    }

    /// Whether this is the document of `text`.
    pub(crate) fn is_of(&self, text: &str) -> bool {
        inert_json(text) == self.text
    }

    /// Returns the values in the order of the text; there is at least one.
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Returns the name of a field as it was received, with its quotes; empty if the value has none.
    pub(crate) fn key(&self, node: &Node) -> &str {
        node.key.of(&self.text)
    }

    /// Returns a value as it was received.
    pub(crate) fn value(&self, node: &Node) -> &str {
        node.value.of(&self.text)
    }

    /// Returns what a copy of the value contains: the content of a string, and the text of any other value.
    pub(crate) fn content(&self, node: &Node) -> String {
        let text = self.value(node);
        let decoded = match node.kind {
            Kind::String => serde_json::from_str(text).ok(),
            _ => None,
        };
        decoded.unwrap_or_else(|| text.to_owned())
    }

    /// Returns the values whose key or own text contains `needle`, in any case of ASCII letters; at most `limit`.
    pub(crate) fn find(&self, needle: &str, limit: usize) -> Vec<u32> {
        let contains = |text: &str| contains(text.as_bytes(), needle.as_bytes());
        let nodes = self.nodes.iter().enumerate();
        let found = nodes.filter(|(_, node)| {
            let is_in_value = !node.kind.is_container() && contains(self.value(node));
            is_in_value || contains(self.key(node))
        });
        found
            .filter_map(|(index, _)| u32::try_from(index).ok())
            .take(limit)
            .collect()
    }
}

fn contains(text: &[u8], needle: &[u8]) -> bool {
    let mut windows = text.windows(needle.len().max(1));
    !needle.is_empty() && windows.any(|part| part.eq_ignore_ascii_case(needle))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> JsonDocument {
        JsonDocument::read(text).expect("JSON")
    }

    #[test]
    fn numbers_and_escapes_are_the_text_that_was_received() {
        let document = document(r#"{"id": 9007199254740993.10, "e": [1E+400, "a\u00e9\/"]}"#);
        let leaves = document
            .nodes()
            .iter()
            .filter(|node| !node.kind.is_container());
        let texts: Vec<_> = leaves.map(|node| document.value(node)).collect();
        assert_eq!(texts, ["9007199254740993.10", "1E+400", r#""a\u00e9\/""#]);
    }

    #[test]
    fn copied_string_is_its_content_and_copied_object_its_text() {
        let document = document(r#"{"a": "x\n\"y\"", "b": {"c":  1.0}}"#);
        let contents: Vec<_> = document.nodes()[1..3]
            .iter()
            .map(|node| document.content(node))
            .collect();
        assert_eq!(contents, ["x\n\"y\"", r#"{"c":  1.0}"#]);
    }

    #[test]
    fn search_finds_keys_and_values_in_any_case() {
        let document = document(r#"{"Name": 1, "x": ["NAMED", "other"], "n": {"name": 2}}"#);
        assert_eq!(document.find("name", 10), [1, 3, 6]);
        assert_eq!(document.find("name", 2), [1, 3]);
        assert!(document.find("", 10).is_empty());
    }

    #[test]
    fn controls_are_escaped_and_keep_the_value() {
        let document = document("{\"a\u{202e}\": \"\u{9b}31m\u{7f}\"}");
        assert_eq!(document.key(&document.nodes()[1]), "\"a\\u202e\"");
        assert_eq!(
            document.value(&document.nodes()[1]),
            "\"\\u009b31m\\u007f\""
        );
        assert_eq!(document.content(&document.nodes()[1]), "\u{9b}31m\u{7f}");
    }

    #[test]
    fn text_that_is_not_json_is_refused() {
        for text in [
            "", " ", "{", "]", "[}", "\"a", "{\"a\":1", "x", "[1] 2", "\"\\",
        ] {
            assert!(JsonDocument::read(text).is_none(), "{text}");
        }
    }
}
