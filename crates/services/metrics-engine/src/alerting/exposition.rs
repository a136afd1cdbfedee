//! Reads the text formats of Prometheus and OpenMetrics, as far as scraping the roles needs them: names, labels and values.
//! Timestamps and exemplars are skipped.

use odd_promql::{Labels, METRIC_NAME};

/// Returns the samples of the metrics that `keep` accepts. `target` are labels of each sample, unless it has its own.
/// Lines that are not samples are skipped.
pub(super) fn samples<'a>(
    text: &'a str,
    target: &'a [(String, String)],
    keep: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = (Labels, f64)> + 'a {
    text.lines().filter_map(move |line| {
        let end = line.find(['{', ' '])?;
        let name = &line[..end];
        if name.is_empty() || name.starts_with('#') || !keep(name) {
            return None;
        }
        sample(name, &line[end..], target)
    })
}

fn sample(name: &str, rest: &str, target: &[(String, String)]) -> Option<(Labels, f64)> {
    let (own, rest) = match rest.strip_prefix('{') {
        Some(rest) => labels(rest)?,
        None => (Vec::new(), rest),
    };
    let value = rest.split_ascii_whitespace().next()?.parse().ok()?;
    let pairs = target.iter().cloned().chain(own);
    let name = (METRIC_NAME.to_owned(), name.to_owned());
    Some((Labels::new(pairs.chain([name])), value))
}

/// Reads labels up to the closing brace. Returns them and the rest of the line.
fn labels(mut rest: &str) -> Option<(Vec<(String, String)>, &str)> {
    let mut labels = Vec::new();
    loop {
        rest = rest.trim_start_matches([',', ' ']);
        if let Some(rest) = rest.strip_prefix('}') {
            return Some((labels, rest));
        }
        let (name, after) = rest.split_once("=\"")?;
        let (value, after) = quoted(after)?;
        labels.push((name.trim().to_owned(), value));
        rest = after;
    }
}

/// Reads a value up to the closing quotation mark. Returns it and the text after the mark.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[index + 1..])),
            '\\' => match characters.next()?.1 {
                'n' => value.push('\n'),
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, f64)> {
        let target = [
            ("instance".to_owned(), "1".to_owned()),
            ("service".to_owned(), "target".to_owned()),
        ];
        samples(text, &target, |name| name != "other")
            .map(|(labels, value)| (labels.to_string(), value))
            .collect()
    }

    #[test]
    fn samples_have_their_own_labels_and_those_of_the_target() {
        let text = "# HELP jobs Jobs.\n# TYPE jobs counter\n\
            jobs_total{service=\"gateway\",type=\"echo\"} 7 # {trace_id=\"a\"} 1.0 5\n\
            up 1\nother{a=\"b\"} 9\n# EOF\n";
        assert_eq!(
            read(text),
            [
                (
                    r#"jobs_total{instance="1", service="gateway", type="echo"}"#.to_owned(),
                    7.0
                ),
                (r#"up{instance="1", service="target"}"#.to_owned(), 1.0),
            ]
        );
    }

    #[test]
    fn values_of_labels_are_unescaped() {
        let text = r#"jobs{service="a\"b\\c\nd}, e=f"} 2.5e3"#;
        let found = read(text);
        assert_eq!(
            found,
            [(
                format!("jobs{{instance=\"1\", service={:?}}}", "a\"b\\c\nd}, e=f"),
                2_500.0
            )]
        );
    }

    #[test]
    fn special_values_are_read_and_other_lines_skipped() {
        let text = "a +Inf\nb NaN\nc -Inf 123\nd\ne x\nf{g=\"h} 1\n\n{} 1";
        let values: Vec<f64> = read(text).into_iter().map(|(_, value)| value).collect();
        assert_eq!(values.len(), 3);
        assert!(values[0] == f64::INFINITY && values[1].is_nan() && values[2] < 0.0);
    }
}
