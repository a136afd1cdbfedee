use odd_promql::{Expression, Labels, Limits, SeriesStore, stale_marker};

/// A recording: series in the notation of selectors, one value every ten seconds. `_` is a gap, `stale` a stale marker.
pub(crate) fn record(series: &[(&str, &str)]) -> SeriesStore {
    let mut store = SeriesStore::new(Limits::default());
    for (notation, values) in series {
        let labels = labels(notation);
        store.keep(labels.get("__name__"), 3_600_000);
        for (index, value) in (0..).zip(values.split_whitespace()) {
            let value = match value {
                "_" => continue,
                "stale" => stale_marker(),
                number => number.parse().expect("a number"),
            };
            store
                .append(&labels, index * 10_000, value)
                .expect("stored");
        }
    }
    store
}

/// Parses a notation like `up{service="gateway"}`.
pub(crate) fn labels(notation: &str) -> Labels {
    let (name, rest) = notation.split_once('{').unwrap_or((notation, "}"));
    let pairs = rest.trim_end_matches('}').split(',').filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        Some((name.to_owned(), value.trim_matches('"').to_owned()))
    });
    Labels::new(pairs.chain([("__name__".to_owned(), name.to_owned())]))
}

/// Evaluates an expression. Each sample is shown as labels and value; the samples are ordered.
pub(crate) fn evaluate(store: &SeriesStore, expression: &str, at_ms: i64) -> Vec<String> {
    let parsed = Expression::parse(expression).expect(expression);
    let samples = parsed.evaluate(store, at_ms).expect(expression);
    let mut shown: Vec<String> = samples
        .iter()
        .map(|sample| format!("{} {}", sample.labels, sample.value))
        .collect();
    shown.sort();
    shown
}
