use std::fmt;

use serde_json::{Value, json};

use super::Target;

/// Targets and measurements, in the order of measuring.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
}

struct Row {
    name: &'static str,
    unit: &'static str,
    target: Target,
    measured: f64,
}

impl Table {
    pub(super) fn add(
        &mut self,
        name: &'static str,
        unit: &'static str,
        target: Target,
        measured: f64,
    ) {
        let row = Row {
            name,
            unit,
            target,
            measured,
        };
        eprintln!("{row}");
        self.rows.push(row);
    }

    /// Returns the names of the missed targets.
    pub(crate) fn missed(&self) -> Vec<&'static str> {
        self.rows
            .iter()
            .filter(|row| !row.is_met())
            .map(|row| row.name)
            .collect()
    }

    /// Returns the table as JSON.
    pub(crate) fn to_json(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            let (Target::AtLeast(target) | Target::AtMost(target)) = row.target;
            let kind = match row.target {
                Target::AtLeast(_) => "atLeast",
                Target::AtMost(_) => "atMost",
            };
            json!({ "name": row.name, "unit": row.unit, kind: target, "measured": row.measured, "met": row.is_met() })
        });
        rows.collect()
    }
}

impl Row {
    fn is_met(&self) -> bool {
        self.target.is_met_by(self.measured)
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = match self.target {
            Target::AtLeast(target) => format!(">= {}", figure(target)),
            Target::AtMost(target) => format!("<= {}", figure(target)),
        };
        let verdict = if self.is_met() { "met" } else { "MISSED" };
        let measured = figure(self.measured);
        write!(
            f,
            "| {:<44} | {target:>11} | {measured:>9} | {:<8} | {verdict:<6} |",
            self.name, self.unit
        )
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = "| what                                         |      target |  measured | unit     |        |";
        let rule = "| -------------------------------------------- | ----------: | --------: | -------- | ------ |";
        write!(f, "{head}\n{rule}")?;
        self.rows.iter().try_for_each(|row| write!(f, "\n{row}"))
    }
}

/// Formats large values without decimals and small ones with three.
fn figure(value: f64) -> String {
    if value.abs() >= 100.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missed_targets_are_named_and_marked() {
        let mut table = Table::default();
        table.add("rate", "jobs/s", Target::AtLeast(18_000.0), 17_999.0);
        table.add("latency", "ms", Target::AtMost(1.5), 1.5);
        assert_eq!(table.missed(), ["rate"]);
        let text = table.to_string();
        assert!(text.contains("MISSED") && text.contains(">= 18000") && text.contains("1.500"));
        assert_eq!(table.to_json()[1]["met"], true);
    }
}
