use std::fmt::Write;

use super::recorded_span::RecordedSpan;

const ATTEMPT: &str = "observatory.job.attempt";
const STATUS: &str = "observatory.job.status";

/// Whether a tree contains times, which differ in each run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// Start after the start of the trace, and duration, in milliseconds.
    Shown,
    /// No times.
    Hidden,
}

/// Renders the spans of one trace as a tree, one line each, in the order of their starts. A span whose parent was not
/// recorded is a root.
pub fn trace_tree(spans: &[RecordedSpan], times: Times) -> String {
    let mut spans: Vec<&RecordedSpan> = spans.iter().collect();
    spans.sort_by_key(|span| (span.start_ns, span.end_ns));
    let is_recorded = |id: &str| spans.iter().any(|span| span.span_id == id);
    let mut tree = Tree {
        start_ns: spans.first().map_or(0, |span| span.start_ns),
        text: String::new(),
        spans: &spans,
        times,
    };
    for root in spans.iter().filter(|span| !is_recorded(&span.parent_id)) {
        tree.add(root, "", "");
    }
    tree.text
}

struct Tree<'a> {
    spans: &'a [&'a RecordedSpan],
    start_ns: u64,
    times: Times,
    text: String,
}

impl Tree<'_> {
    fn add(&mut self, span: &RecordedSpan, branch: &str, below: &str) {
        let line = format!("{branch}{}", self.describe(span));
        self.text.push_str(line.trim_end());
        self.text.push('\n');
        let spans = self.spans.iter();
        let children: Vec<_> = spans
            .filter(|child| child.parent_id == span.span_id)
            .collect();
        for (index, child) in children.iter().enumerate() {
            let (own, deeper) = match index + 1 == children.len() {
                true => ("└─ ", "   "),
                false => ("├─ ", "│  "),
            };
            self.add(child, &format!("{below}{own}"), &format!("{below}{deeper}"));
        }
    }

    fn describe(&self, span: &RecordedSpan) -> String {
        let mut line = format!("{} ({}, {})", span.name, span.kind, span.service());
        let mut push = |text: std::fmt::Arguments<'_>| {
            line.write_fmt(text)
                .expect("writing to a String does not fail");
        };
        if self.times == Times::Shown {
            let millis = |nanos: u64| nanos as f64 / 1_000_000.0;
            let (start, took) = (span.start_ns - self.start_ns, span.end_ns - span.start_ns);
            push(format_args!(
                " +{:.1} ms, {:.1} ms",
                millis(start),
                millis(took)
            ));
        }
        if let Some(attempt) = span.number(ATTEMPT) {
            push(format_args!(" attempt={attempt}"));
        }
        if !span.text(STATUS).is_empty() {
            push(format_args!(" status={}", span.text(STATUS)));
        }
        if let Some(code) = span.number("http.response.status_code") {
            push(format_args!(" status={code}"));
        }
        if let Some(error) = &span.error {
            push(format_args!(" error={}: {error}", span.text("error.type")));
        }
        for link in &span.links {
            push(format_args!(" link={}", self.target(link)));
        }
        line
    }

    /// Names the span that a link refers to.
    fn target(&self, id: &str) -> String {
        let span = self.spans.iter().find(|span| span.span_id == id);
        let attempt = span.and_then(|span| span.number(ATTEMPT));
        attempt.map_or_else(|| id.to_owned(), |attempt| format!("attempt {attempt}"))
    }
}
