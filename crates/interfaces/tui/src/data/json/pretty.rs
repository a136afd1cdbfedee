use super::{JsonDocument, Kind, Node};

impl JsonDocument {
    /// Returns the document with one value per line, indented by two spaces. Keys and values are unchanged.
    pub(crate) fn pretty(&self) -> String {
        self.written("\n", "  ", ": ")
    }

    fn written(&self, line_end: &str, indent: &str, colon: &str) -> String {
        let mut text = String::new();
        let new_line = |text: &mut String, depth: u16| {
            text.push_str(line_end);
            for _ in 0..depth {
                text.push_str(indent);
            }
        };
        let mut open: Vec<&Node> = Vec::new();
        for (index, node) in self.nodes().iter().enumerate() {
            while let Some(container) = open.pop_if(|container| container.next as usize <= index) {
                new_line(&mut text, container.depth);
                text.push(brackets(container.kind).1);
            }
            if node.position > 0 {
                text.push(',');
            }
            if node.depth > 0 {
                new_line(&mut text, node.depth);
            }
            if !node.key.is_empty() {
                text.push_str(self.key(node));
                text.push_str(colon);
            }
            match (node.kind.is_container(), node.children) {
                (false, _) => text.push_str(self.value(node)),
                (true, 0) => text.extend([brackets(node.kind).0, brackets(node.kind).1]),
                (true, _) => {
                    text.push(brackets(node.kind).0);
                    open.push(node);
                }
            }
        }
        while let Some(container) = open.pop() {
            new_line(&mut text, container.depth);
            text.push(brackets(container.kind).1);
        }
        text
    }
}

fn brackets(kind: Kind) -> (char, char) {
    match kind {
        Kind::Object => ('{', '}'),
        _ => ('[', ']'),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A JSON text with the white space that writers put between tokens, and the same text without it.
    fn json() -> impl Strategy<Value = (String, String)> {
        let number = "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,5})?";
        let string = r#""([ a-zé日🎉\[\]{},:]|\\["\\/bfnrt]|\\u[0-9a-f]{4}){0,12}""#;
        let leaf = prop_oneof![number, string, "true|false|null"];
        let space = || "[ \t\r\n]{0,3}";
        let both = |text: String| (text.clone(), text);
        leaf.prop_map(both).prop_recursive(6, 128, 6, move |inner| {
            let items = prop::collection::vec((space(), inner.clone(), space()), 0..6);
            let fields = prop::collection::vec((space(), string, space(), inner, space()), 0..6);
            prop_oneof![
                (items, space()).prop_map(|(items, end)| {
                    let spaced: Vec<_> = items
                        .iter()
                        .map(|(a, (text, _), b)| format!("{a}{text}{b}"))
                        .collect();
                    let compact: Vec<_> =
                        items.iter().map(|(_, (_, text), _)| text.clone()).collect();
                    (
                        format!("[{}{end}]", spaced.join(",")),
                        format!("[{}]", compact.join(",")),
                    )
                }),
                (fields, space()).prop_map(|(fields, end)| {
                    let spaced: Vec<_> = fields
                        .iter()
                        .map(|(a, key, b, (text, _), c)| format!("{a}{key}{b}:{text}{c}"))
                        .collect();
                    let compact: Vec<_> = fields
                        .iter()
                        .map(|(_, key, _, (_, text), _)| format!("{key}:{text}"))
                        .collect();
                    (
                        format!("{{{}{end}}}", spaced.join(",")),
                        format!("{{{}}}", compact.join(",")),
                    )
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn keys_and_values_reproduce_the_text((spaced, compact) in json()) {
            let document = JsonDocument::read(&spaced).expect("JSON");
            prop_assert_eq!(document.written("", "", ":"), compact.as_str());
            let again = JsonDocument::read(&document.pretty()).expect("JSON");
            prop_assert_eq!(again.written("", "", ":"), compact);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[\\[\\]{}\",:\\\\0a é]{0,24}") {
            let _ = JsonDocument::read(&text);
        }
    }

    #[test]
    fn pretty_text_has_one_value_per_line() {
        let document = JsonDocument::read(r#"{"a":[1,{"b":[]}],"c":{}}"#).expect("JSON");
        let lines = "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": {}\n}";
        assert_eq!(document.pretty(), lines);
    }
}
