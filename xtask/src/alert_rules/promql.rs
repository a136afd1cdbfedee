use crate::alert_contract::Alert;

/// Returns the expression with its threshold.
pub(super) fn with_threshold(alert: &Alert) -> String {
    let threshold = alert.threshold.to_string();
    alert.expression.replace("$threshold", &threshold)
}

/// Splits an expression into lines, before each set operator that is not in parentheses.
pub(super) fn lines(expression: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut depth = 0_usize;
    for word in expression.split(' ') {
        if depth == 0 && matches!(word, "and" | "or" | "unless") {
            lines.push(String::new());
        }
        depth += word.matches(['(', '{', '[']).count();
        depth = depth.saturating_sub(word.matches([')', '}', ']']).count());
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_split_at_their_outer_operators_only() {
        assert_eq!(
            lines("sum(a and b) > 1 unless on (x) c{d=\"e and f\"} or g"),
            ["sum(a and b) > 1", "unless on (x) c{d=\"e and f\"}", "or g"]
        );
    }
}
