use odd_promql::{Expression, Need, NeedKind, ParseError};

#[test]
fn text_that_is_not_promql_is_rejected() {
    for text in [
        "",
        "up{",
        "sum(",
        "1 > 2",
        "rate(up)",
        "sum(1)",
        "vector(up)",
        "up and 1",
    ] {
        let error = Expression::parse(text).expect_err(text);
        assert!(matches!(error, ParseError::Syntax(_)), "{text}: {error}");
    }
}

#[test]
fn promql_outside_of_the_subset_is_rejected_by_name() {
    for (text, named) in [
        ("up offset 5m", "offset"),
        ("up @ 5", "@"),
        ("rate(up[5m:1m])", "subquery"),
        ("up[5m]", "range selector"),
        ("topk(3, up)", "topk"),
        ("irate(up[5m])", "irate"),
        ("up ^ 2", "^"),
        ("up % 2", "%"),
        ("up / on(a) group_right(b) down", "group_right"),
        (
            "label_replace(up, \"a\", \"b\", \"c\", \"d\")",
            "label_replace",
        ),
        ("\"text\"", "string"),
    ] {
        match Expression::parse(text) {
            Err(ParseError::Unsupported(what)) => assert!(what.contains(named), "{text}: {what}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn selector_must_name_its_metric() {
    for text in [r#"{service="gateway"}"#, r#"{__name__=~"up|down"}"#] {
        let error = Expression::parse(text).expect_err(text);
        assert!(matches!(error, ParseError::UnnamedMetric(_)), "{error}");
    }
}

#[test]
fn needs_are_the_metrics_and_windows_of_all_selectors() {
    let text = "sum(rate(a[1h])) / clamp_min(sum(b), 1) > 2 and absent(c) unless delta(a[10m]) > 0";
    let needs = Expression::parse(text).expect("parsed").needs();
    let need = |metric: &str, minutes: i64, kind| Need {
        metric: metric.to_owned(),
        window_ms: minutes * 60_000,
        kind,
    };
    assert_eq!(
        needs,
        [
            need("a", 60, NeedKind::Range),
            need("b", 5, NeedKind::Instant),
            need("c", 5, NeedKind::Instant),
            need("a", 10, NeedKind::Range)
        ]
    );
}
