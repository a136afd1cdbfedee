/// Breaks JSON that was written in one line into indented lines. Only white space changes: numbers and strings stay as they
/// were written. Text of several lines stays as it is.
pub(super) fn indented(json: &str) -> String {
    if json.contains('\n') {
        return json.to_owned();
    }
    let mut text = String::with_capacity(json.len() * 2);
    let mut depth = 0_usize;
    let mut chars = json.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            ' ' | '\t' | '\r' => {}
            '"' => copy_string(&mut text, &mut chars),
            '{' | '[' => {
                text.push(char);
                while chars.next_if(|next| next.is_ascii_whitespace()).is_some() {}
                match chars.next_if(|next| matches!(next, '}' | ']')) {
                    Some(end) => text.push(end),
                    None => {
                        depth += 1;
                        break_line(&mut text, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                break_line(&mut text, depth);
                text.push(char);
            }
            ',' => {
                text.push(char);
                break_line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            _ => text.push(char),
        }
    }
    text
}

/// Copies the rest of a string, whose opening quote was read.
fn copy_string(text: &mut String, chars: &mut impl Iterator<Item = char>) {
    text.push('"');
    while let Some(char) = chars.next() {
        text.push(char);
        match char {
            '"' => return,
            '\\' => text.extend(chars.next()),
            _ => {}
        }
    }
}

fn break_line(text: &mut String, depth: usize) {
    text.push('\n');
    text.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_becomes_indented_lines() {
        let json = r#"{"a": [1, 2.50], "b":{},"c":[ ],"d{\"e,":"x: [y"}"#;
        let lines = [
            "{",
            "  \"a\": [",
            "    1,",
            "    2.50",
            "  ],",
            "  \"b\": {},",
            "  \"c\": [],",
            "  \"d{\\\"e,\": \"x: [y\"",
            "}",
        ];
        assert_eq!(indented(json), lines.join("\n"));
    }

    #[test]
    fn scalars_and_lines_stay_as_they_are() {
        for json in ["12.00", "\"a  b\"", "null", "{\n\"a\":1}"] {
            assert_eq!(indented(json), json);
        }
    }
}
