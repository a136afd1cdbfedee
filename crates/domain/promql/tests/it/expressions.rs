use odd_promql::{EvaluationError, Expression, Labels};

use crate::recorded::{evaluate, record};

/// Evaluates each expression at 65 s over the same recording.
fn check(cases: &[(&str, &[&str])]) {
    let store = record(&[
        (r#"jobs{type="echo"}"#, "0 10 20 30 40 50 60"),
        (r#"jobs{type="sleep"}"#, "5 5 5 0 1 2 3"),
        (r#"limit{type="echo",unit="jobs"}"#, "50 50 50 50 50 50 50"),
        (r#"gone{type="echo"}"#, "1 1 1 stale"),
        (r#"old{type="echo"}"#, "1"),
        (r#"seconds_bucket{le="1"}"#, "0 0 0 0 0 0 10"),
        (r#"seconds_bucket{le="2"}"#, "0 0 0 0 0 0 30"),
        (r#"seconds_bucket{le="+Inf"}"#, "0 0 0 0 0 0 40"),
    ]);
    for (expression, expected) in cases {
        assert_eq!(
            evaluate(&store, expression, 65_000),
            *expected,
            "{expression}"
        );
    }
}

#[test]
fn selectors_match_labels() {
    check(&[
        (
            "jobs",
            &[r#"jobs{type="echo"} 60"#, r#"jobs{type="sleep"} 3"#],
        ),
        (r#"jobs{type="echo"}"#, &[r#"jobs{type="echo"} 60"#]),
        (r#"jobs{type!="echo"}"#, &[r#"jobs{type="sleep"} 3"#]),
        (r#"jobs{type=~"e.*|x"}"#, &[r#"jobs{type="echo"} 60"#]),
        (r#"jobs{type=~"ech"}"#, &[]),
        (r#"jobs{type!~"e.*"}"#, &[r#"jobs{type="sleep"} 3"#]),
        (
            r#"jobs{missing=""}"#,
            &[r#"jobs{type="echo"} 60"#, r#"jobs{type="sleep"} 3"#],
        ),
        (
            r#"{__name__="jobs",type="echo"}"#,
            &[r#"jobs{type="echo"} 60"#],
        ),
        ("gone", &[]),
        ("other", &[]),
    ]);
}

#[test]
fn scalars_are_computed() {
    check(&[
        ("1 + 2 * 3 - 8 / 4", &["{} 5"]),
        ("time()", &["{} 65"]),
        ("-time()", &["{} -65"]),
        ("vector(1) / 0", &["{} inf"]),
        ("0 / 0", &["{} NaN"]),
        ("1 > bool 2", &["{} 0"]),
        ("1 != bool 2", &["{} 1"]),
    ]);
}

#[test]
fn functions_over_ranges() {
    check(&[
        (
            "rate(jobs[1m])",
            &[r#"{type="echo"} 1"#, r#"{type="sleep"} 0.06"#],
        ),
        (
            r#"increase(jobs{type="echo"}[1m])"#,
            &[r#"{type="echo"} 60"#],
        ),
        (
            r#"delta(jobs{type="sleep"}[1m])"#,
            &[r#"{type="sleep"} -2.4"#],
        ),
        (
            "changes(jobs[1m])",
            &[r#"{type="echo"} 5"#, r#"{type="sleep"} 4"#],
        ),
        (
            "resets(jobs[1m])",
            &[r#"{type="echo"} 0"#, r#"{type="sleep"} 1"#],
        ),
        (
            "max_over_time(jobs[1m])",
            &[r#"{type="echo"} 60"#, r#"{type="sleep"} 5"#],
        ),
        (
            "min_over_time(jobs[1m])",
            &[r#"{type="echo"} 10"#, r#"{type="sleep"} 0"#],
        ),
        (
            "avg_over_time(jobs[21s])",
            &[r#"{type="echo"} 55"#, r#"{type="sleep"} 2.5"#],
        ),
        (
            "sum_over_time(jobs[21s])",
            &[r#"{type="echo"} 110"#, r#"{type="sleep"} 5"#],
        ),
        (
            "count_over_time(jobs[21s])",
            &[r#"{type="echo"} 2"#, r#"{type="sleep"} 2"#],
        ),
        // A stale marker is not a value.
        ("count_over_time(gone[2m])", &[r#"{type="echo"} 3"#]),
        ("rate(old[2m])", &[]),
        ("count_over_time(old[1m])", &[]),
    ]);
}

#[test]
fn functions_of_vectors() {
    check(&[
        ("histogram_quantile(0.5, seconds_bucket)", &["{} 1.5"]),
        ("histogram_quantile(0.5, jobs)", &[]),
        ("absent(jobs)", &[]),
        (r#"absent(other{a="1",b=~"2",c!="3"})"#, &[r#"{a="1"} 1"#]),
        (r#"absent((gone{type="echo"}))"#, &[r#"{type="echo"} 1"#]),
        (r#"absent(jobs{type="x",type="y"})"#, &["{} 1"]),
        (r#"absent(sum(other{a="1"}))"#, &["{} 1"]),
        (
            "clamp_min(jobs, 10)",
            &[r#"{type="echo"} 60"#, r#"{type="sleep"} 10"#],
        ),
        (r#"-jobs{type="echo"}"#, &[r#"{type="echo"} -60"#]),
    ]);
}

#[test]
fn aggregations_group_by_labels() {
    check(&[
        ("sum(jobs)", &["{} 63"]),
        (
            "max by (type) (jobs)",
            &[r#"{type="echo"} 60"#, r#"{type="sleep"} 3"#],
        ),
        ("min without (type) (jobs)", &["{} 3"]),
        ("avg(jobs)", &["{} 31.5"]),
        ("count(other)", &[]),
        ("count by (missing) (jobs)", &["{} 2"]),
    ]);
}

#[test]
fn operators_between_vectors() {
    check(&[
        ("jobs > 10", &[r#"jobs{type="echo"} 60"#]),
        ("10 < jobs", &[r#"jobs{type="echo"} 60"#]),
        (
            "jobs > bool 10",
            &[r#"{type="echo"} 1"#, r#"{type="sleep"} 0"#],
        ),
        (
            "100 - jobs",
            &[r#"{type="echo"} 40"#, r#"{type="sleep"} 97"#],
        ),
        ("jobs / on(type) limit", &[r#"{type="echo"} 1.2"#]),
        ("jobs > ignoring(unit) limit", &[r#"jobs{type="echo"} 60"#]),
        ("jobs > on(type) limit", &[r#"{type="echo"} 60"#]),
        ("jobs / limit", &[]),
        (
            "jobs * on(type) group_left(unit) limit",
            &[r#"{type="echo", unit="jobs"} 3000"#],
        ),
        (
            "jobs / on() group_left() vector(2)",
            &[r#"{type="echo"} 30"#, r#"{type="sleep"} 1.5"#],
        ),
        ("jobs and on(type) limit", &[r#"jobs{type="echo"} 60"#]),
        ("jobs unless on(type) limit", &[r#"jobs{type="sleep"} 3"#]),
        ("sum(jobs) or vector(0)", &["{} 63"]),
        ("sum(other) or vector(0)", &["{} 0"]),
        (
            "limit and ignoring(unit) jobs",
            &[r#"limit{type="echo", unit="jobs"} 50"#],
        ),
    ]);
}

#[test]
fn latest_value_is_used_for_five_minutes() {
    let store = record(&[("up", "1")]);
    assert_eq!(evaluate(&store, "up", 0), ["up{} 1"]);
    assert_eq!(evaluate(&store, "up", 299_999), ["up{} 1"]);
    assert_eq!(evaluate(&store, "up", 300_000), Vec::<String>::new());
    assert_eq!(evaluate(&store, "up", -1), Vec::<String>::new());
}

#[test]
fn ranges_exclude_their_start() {
    let store = record(&[("up", "1 1 1 1")]);
    assert_eq!(
        evaluate(&store, "count_over_time(up[20s])", 30_000),
        ["{} 2"]
    );
    assert_eq!(
        evaluate(&store, "count_over_time(up[21s])", 30_000),
        ["{} 3"]
    );
}

#[test]
fn series_that_do_not_match_uniquely_are_an_error() {
    let store = record(&[
        (r#"a{i="1",t="x"}"#, "1"),
        (r#"a{i="2",t="x"}"#, "2"),
        (r#"b{i="1",t="x"}"#, "3"),
    ]);
    let failure = |expression: &str| {
        let parsed = Expression::parse(expression).expect(expression);
        parsed.evaluate(&store, 0).expect_err(expression)
    };
    let group = Labels::new([("t", "x")]);
    assert_eq!(
        failure("a / on(t) b"),
        EvaluationError::ManyToOne(group.clone())
    );
    let side = "right";
    assert_eq!(
        failure("b / on(t) a"),
        EvaluationError::ManyToMany { group, side }
    );
    assert_eq!(
        failure(r#"-(a{i="1"} or on(__name__) b)"#),
        EvaluationError::DuplicateLabels(Labels::new([("i", "1"), ("t", "x")]))
    );
}
