use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

const SELECTORS: [&str; 8] = [
    "jobs_total",
    r#"jobs_total{type="echo"}"#,
    r#"jobs_total{type=~"e.*|s.*",instance!="1"}"#,
    "depth",
    r#"depth{type!~"s.*"}"#,
    "up",
    "owner",
    "missing",
];
const RANGES: [&str; 5] = ["30s", "1m", "5m", "17m", "1h"];
const RANGE_FUNCTIONS: [&str; 10] = [
    "rate",
    "increase",
    "delta",
    "changes",
    "resets",
    "max_over_time",
    "min_over_time",
    "avg_over_time",
    "sum_over_time",
    "count_over_time",
];
const AGGREGATIONS: [&str; 5] = ["sum", "max", "min", "avg", "count"];
const GROUPINGS: [&str; 6] = [
    "",
    " by (type)",
    " by (type, instance)",
    " by (missing)",
    " without (instance)",
    " without (type)",
];
const COMPARISONS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];
const ARITHMETIC: [&str; 4] = ["+", "-", "*", "/"];
const SET_OPERATIONS: [&str; 3] = ["and", "or", "unless"];
const MATCHINGS: [&str; 5] = [
    "",
    " on (type)",
    " on (type, instance)",
    " ignoring (instance)",
    " on ()",
];

/// Returns a random expression of vector type, of up to `depth` levels.
pub(crate) fn vector(random: &mut StdRng, depth: u32) -> String {
    let kind = if depth == 0 {
        random.random_range(0..3)
    } else {
        random.random_range(0..12)
    };
    match kind {
        0 => one_of(random, &SELECTORS),
        1 | 2 => {
            let function = one_of(random, &RANGE_FUNCTIONS);
            let (selector, range) = (one_of(random, &SELECTORS), one_of(random, &RANGES));
            format!("{function}({selector}[{range}])")
        }
        3 | 4 => {
            let (aggregation, grouping) =
                (one_of(random, &AGGREGATIONS), one_of(random, &GROUPINGS));
            format!("{aggregation}{grouping} ({})", vector(random, depth - 1))
        }
        5 => with_scalar(random, depth),
        6 | 7 => join(random, depth),
        8 => {
            let (set, matching) = (one_of(random, &SET_OPERATIONS), one_of(random, &MATCHINGS));
            let (left, right) = (vector(random, depth - 1), vector(random, depth - 1));
            format!("({left}) {set}{matching} ({right})")
        }
        9 => format!("absent({})", vector(random, depth - 1)),
        10 => format!(
            "clamp_min({}, {})",
            vector(random, depth - 1),
            scalar(random, depth - 1)
        ),
        _ => match random.random_range(0..3) {
            0 => format!("vector({})", scalar(random, depth - 1)),
            1 => format!("-({})", vector(random, depth - 1)),
            _ => {
                let (quantile, range) = (random.random_range(-1..12), one_of(random, &RANGES));
                format!(
                    "histogram_quantile({}, sum by (le, type) (rate(seconds_bucket[{range}])))",
                    f64::from(quantile) / 10.0
                )
            }
        },
    }
}

fn scalar(random: &mut StdRng, depth: u32) -> String {
    match random.random_range(0..if depth == 0 { 2 } else { 4 }) {
        0 => random.random_range(-3..30).to_string(),
        1 => "0.5".to_owned(),
        2 => {
            let operator = one_of(random, &ARITHMETIC);
            let (left, right) = (scalar(random, depth - 1), scalar(random, depth - 1));
            format!("({left} {operator} {right})")
        }
        _ => format!("(time() - {})", crate::random_series::START_MS / 1_000),
    }
}

fn with_scalar(random: &mut StdRng, depth: u32) -> String {
    let (vector, scalar) = (vector(random, depth - 1), scalar(random, depth - 1));
    let operator = operator(random);
    // Versions of Prometheus round differently: a value must not be compared with its rounded self.
    let scalar = format!("({scalar} + 0.0137)");
    match random.random_bool(0.5) {
        true => format!("({vector}) {operator} {scalar}"),
        false => format!("{scalar} {operator} ({vector})"),
    }
}

fn join(random: &mut StdRng, depth: u32) -> String {
    let (left, right) = (vector(random, depth - 1), vector(random, depth - 1));
    let operator = operator(random);
    let matching = match random.random_range(0..4) {
        0 => " on (type) group_left (owner)".to_owned(),
        1 => " on (type) group_left ()".to_owned(),
        _ => one_of(random, &MATCHINGS),
    };
    format!("({left}) {operator}{matching} ({right})")
}

fn operator(random: &mut StdRng) -> String {
    match random.random_range(0..3) {
        0 => one_of(random, &ARITHMETIC),
        1 => one_of(random, &COMPARISONS),
        _ => format!("{} bool", one_of(random, &COMPARISONS)),
    }
}

fn one_of(random: &mut StdRng, choices: &[&str]) -> String {
    (*choices.choose(random).expect("not empty")).to_owned()
}
