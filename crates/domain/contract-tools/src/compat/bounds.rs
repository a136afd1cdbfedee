use serde_json::Value;

use super::change::{Difference, Effect};
use super::keywords::types_of;
use super::view::View;

/// Keywords that bound a count from below, and their defaults.
const LEAST: [(&str, u64); 4] = [
    ("minLength", 0),
    ("minItems", 0),
    ("minProperties", 0),
    ("minContains", 1),
];

/// Keywords that bound a count from above.
const MOST: [&str; 4] = ["maxLength", "maxItems", "maxProperties", "maxContains"];

pub(super) fn compare(base: &View<'_>, head: &View<'_>, found: &mut Vec<Difference>) {
    for (keyword, default) in LEAST {
        let least = |view: &View<'_>| counts(view, keyword).fold(default, u64::max);
        report(
            keyword,
            Some(least(base)),
            Some(least(head)),
            Direction::Up,
            found,
        );
    }
    for keyword in MOST {
        let most = |view: &View<'_>| counts(view, keyword).min();
        report(keyword, most(base), most(head), Direction::Down, found);
    }
    let integral = !types_of(base).contains("fraction") && !types_of(head).contains("fraction");
    let (before, after) = (Limit::lower(base, integral), Limit::lower(head, integral));
    report("minimum", before, after, Direction::Up, found);
    let (before, after) = (Limit::upper(base, integral), Limit::upper(head, integral));
    report("maximum", before, after, Direction::Down, found);
    compare_multiples(base, head, found);
    compare_uniqueness(base, head, found);
}

/// The direction in which a bound moves when it becomes stricter.
#[derive(Clone, Copy)]
enum Direction {
    Up,
    Down,
}

fn report<T: PartialOrd + std::fmt::Display>(
    keyword: &str,
    before: Option<T>,
    after: Option<T>,
    tightens: Direction,
    found: &mut Vec<Difference>,
) {
    let (effect, message) = match (before, after) {
        (None, None) => return,
        (None, Some(after)) => (Effect::Narrows, format!("{keyword} {after} added")),
        (Some(before), None) => (Effect::Widens, format!("{keyword} {before} removed")),
        (Some(before), Some(after)) if before == after => return,
        (Some(before), Some(after)) => {
            let rose = after > before;
            let narrows = match tightens {
                Direction::Up => rose,
                Direction::Down => !rose,
            };
            let effect = if narrows {
                Effect::Narrows
            } else {
                Effect::Widens
            };
            let verb = if rose { "raised" } else { "lowered" };
            (effect, format!("{keyword} {verb} from {before} to {after}"))
        }
    };
    found.push(Difference::new(effect, format!("/{keyword}"), message));
}

/// Counts may be written as integral floats.
fn counts(view: &View<'_>, keyword: &str) -> impl Iterator<Item = u64> {
    view.values(keyword).filter_map(|value| {
        value
            .as_u64()
            .or_else(|| value.as_f64().filter(|n| *n >= 0.0).map(|n| n as u64))
    })
}

/// A bound of numbers. `open` is 0 if the bound itself is allowed. If not, it is 1 for a lower and -1 for an upper bound, so
/// that limits can be compared as pairs.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct Limit {
    value: f64,
    open: i8,
}

impl Limit {
    fn lower(view: &View<'_>, integral: bool) -> Option<Self> {
        let closed = numbers(view, "minimum").map(|value| Self { value, open: 0 });
        let open = numbers(view, "exclusiveMinimum").map(|value| Self { value, open: 1 });
        let limits = closed.chain(open).map(|limit| limit.raised(integral));
        limits.reduce(|a, b| if b > a { b } else { a })
    }

    fn upper(view: &View<'_>, integral: bool) -> Option<Self> {
        let closed = numbers(view, "maximum").map(|value| Self { value, open: 0 });
        let open = numbers(view, "exclusiveMaximum").map(|value| Self { value, open: -1 });
        let limits = closed.chain(open).map(|limit| limit.lowered(integral));
        limits.reduce(|a, b| if b < a { b } else { a })
    }

    /// Returns a lower bound; for integers, the smallest one that it allows.
    fn raised(self, integral: bool) -> Self {
        if !integral {
            return self;
        }
        let value = if self.open == 0 {
            self.value.ceil()
        } else {
            self.value.floor() + 1.0
        };
        Self { value, open: 0 }
    }

    /// Returns an upper bound; for integers, the largest one that it allows.
    fn lowered(self, integral: bool) -> Self {
        if !integral {
            return self;
        }
        let value = if self.open == 0 {
            self.value.floor()
        } else {
            self.value.ceil() - 1.0
        };
        Self { value, open: 0 }
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let exclusive = if self.open == 0 { "" } else { " (exclusive)" };
        write!(f, "{}{exclusive}", self.value)
    }
}

fn numbers(view: &View<'_>, keyword: &str) -> impl Iterator<Item = f64> {
    view.values(keyword).filter_map(Value::as_f64)
}

fn compare_multiples(base: &View<'_>, head: &View<'_>, found: &mut Vec<Difference>) {
    let before: Vec<f64> = numbers(base, "multipleOf").collect();
    let after: Vec<f64> = numbers(head, "multipleOf").collect();
    let implied = |step: f64, by: &[f64]| by.iter().any(|other| (other / step).fract() == 0.0);
    for step in after.iter().filter(|step| !implied(**step, &before)) {
        let message = format!("multipleOf {step} added");
        found.push(Difference::new(Effect::Narrows, "/multipleOf", message));
    }
    for step in before.iter().filter(|step| !implied(**step, &after)) {
        let message = format!("multipleOf {step} removed");
        found.push(Difference::new(Effect::Widens, "/multipleOf", message));
    }
}

fn compare_uniqueness(base: &View<'_>, head: &View<'_>, found: &mut Vec<Difference>) {
    let unique = |view: &View<'_>| {
        view.values("uniqueItems")
            .any(|value| value == &Value::Bool(true))
    };
    let (effect, message) = match (unique(base), unique(head)) {
        (false, true) => (Effect::Narrows, "items must be unique"),
        (true, false) => (Effect::Widens, "items need not be unique any more"),
        _ => return,
    };
    found.push(Difference::new(effect, "/uniqueItems", message));
}
