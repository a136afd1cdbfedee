use regex::Regex;

/// A condition on the value of a label.
#[derive(Debug, Clone)]
pub(crate) struct Matcher {
    pub(crate) label: String,
    pub(crate) condition: Condition,
}

#[derive(Debug, Clone)]
pub(crate) enum Condition {
    Equal(String),
    NotEqual(String),
    Matches(Regex),
    DoesNotMatch(Regex),
}

impl Matcher {
    /// Returns `true` when a label with this value meets the condition.
    pub(crate) fn accepts(&self, value: &str) -> bool {
        match &self.condition {
            Condition::Equal(expected) => value == expected,
            Condition::NotEqual(excluded) => value != excluded,
            Condition::Matches(pattern) => pattern.is_match(value),
            Condition::DoesNotMatch(pattern) => !pattern.is_match(value),
        }
    }
}

/// Compiles a pattern as Prometheus does: it must match the whole value, and a dot also matches a line feed.
pub(crate) fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("^(?s:{pattern})$"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pattern_matches_the_whole_value() {
        let pattern = compile("a|b.").expect("a pattern");
        for (value, matches) in [("a", true), ("ab", false), ("b\n", true), ("bc ", false)] {
            assert_eq!(pattern.is_match(value), matches, "{value:?}");
        }
    }
}
