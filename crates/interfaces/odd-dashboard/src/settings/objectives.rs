//! The section `objectives` of the configuration file: what the jobs of a type should achieve.

use std::collections::BTreeMap;
use std::time::Duration;

use odd_contracts::JobType;
use odd_processor::Objective;
use toml::{Table, Value};

use crate::settings::durations::parse_duration;
use crate::settings::spelling::closest;

/// The name of the section.
pub(super) const SECTION: &str = "objectives";

/// Largest number of types with an objective: each is a label value of metrics.
const MAX_OBJECTIVES: usize = 100;

const RATIO: &str = "ratio";
const WITHIN: &str = "within";

/// Reads the section. Each key is a job type, and its value a table.
///
/// # Errors
/// When a key is unknown or missing, or a value is not valid; the message names the key.
pub(super) fn parse_objectives(section: &Value) -> Result<BTreeMap<JobType, Objective>, String> {
    let section = table(SECTION, section)?;
    if section.len() > MAX_OBJECTIVES {
        return Err(format!(
            "`{SECTION}` may name {MAX_OBJECTIVES} job types, not {}",
            section.len()
        ));
    }
    let objectives = section.iter().map(|(name, value)| {
        let key = format!("{SECTION}.{name}");
        let job_type = name.parse::<JobType>();
        let job_type = job_type.map_err(|why| format!("`{key}`: the job type {why}"))?;
        Ok((job_type, parse_objective(&key, table(&key, value)?)?))
    });
    objectives.collect()
}

fn parse_objective(key: &str, values: &Table) -> Result<Objective, String> {
    if let Some(unknown) = values
        .keys()
        .find(|name| ![RATIO, WITHIN].contains(&name.as_str()))
    {
        let hint = closest(unknown, [RATIO, WITHIN].into_iter());
        let hint = hint.map(|known| format!("; did you mean `{key}.{known}`?"));
        return Err(format!(
            "unknown key `{key}.{unknown}`{}",
            hint.unwrap_or_default()
        ));
    }
    let value = |name: &str| {
        let value = values.get(name);
        value.ok_or_else(|| format!("`{key}` needs `{name}`"))
    };
    Ok(Objective {
        ratio: ratio(value(RATIO)?).ok_or_else(|| {
            format!("`{key}.{RATIO}` must be a number between 0 and 1, such as 0.99")
        })?,
        within: within(value(WITHIN)?).ok_or_else(|| {
            format!("`{key}.{WITHIN}` must be a duration in quotes, such as \"30s\", and not 0")
        })?,
    })
}

fn table<'v>(key: &str, value: &'v Value) -> Result<&'v Table, String> {
    let found = value.as_table();
    found.ok_or_else(|| format!("`{key}` must be a table, not {}", value.type_str()))
}

fn ratio(value: &Value) -> Option<f64> {
    value
        .as_float()
        .filter(|ratio| *ratio > 0.0 && *ratio < 1.0)
}

fn within(value: &Value) -> Option<Duration> {
    let duration = parse_duration(value.as_str()?).ok()?;
    (!duration.is_zero()).then_some(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<BTreeMap<JobType, Objective>, String> {
        let table: Table = text.parse().expect("TOML");
        parse_objectives(&table[SECTION])
    }

    #[test]
    fn objective_has_a_ratio_and_a_duration() {
        let text = "[objectives.report]\nratio = 0.99\nwithin = '30s'\n\
                    [objectives.\"http.request\"]\nratio = 0.5\nwithin = '1m 500ms'";
        let objectives = parse(text).expect("valid");
        let of = |name: &str| objectives[&name.parse::<JobType>().expect("legal")];
        let expected = |ratio, millis| Objective {
            ratio,
            within: Duration::from_millis(millis),
        };
        assert_eq!(of("report"), expected(0.99, 30_000));
        assert_eq!(of("http.request"), expected(0.5, 60_500));
    }

    #[test]
    fn invalid_objective_is_refused_by_the_name_of_its_key() {
        for (text, expected) in [
            (
                "objectives = 3",
                "`objectives` must be a table, not integer",
            ),
            (
                "objectives.a = 3",
                "`objectives.a` must be a table, not integer",
            ),
            (
                "[objectives.a]\nratio = 0.9\nwithn = '1s'",
                "unknown key `objectives.a.withn`; did you mean `objectives.a.within`?",
            ),
            (
                "[objectives.a]\nratio = 0.9",
                "`objectives.a` needs `within`",
            ),
            (
                "[objectives.a]\nwithin = '1s'",
                "`objectives.a` needs `ratio`",
            ),
            (
                "[objectives.\"a b\"]\nratio = 0.9\nwithin = '1s'",
                "`objectives.a b`: the job type must be 1 to 50 of the characters A-Z a-z 0-9 . _ -",
            ),
        ] {
            assert_eq!(parse(text).expect_err("refused"), expected);
        }
    }

    #[test]
    fn value_out_of_range_is_refused() {
        for value in ["0.0", "1.0", "1", "99", "-0.1", "nan", "'0.9'"] {
            let text = format!("[objectives.a]\nratio = {value}\nwithin = '1s'");
            let why = parse(&text).expect_err("refused");
            assert!(
                why.starts_with("`objectives.a.ratio` must be a number"),
                "{why}"
            );
        }
        for value in ["'0s'", "'-1s'", "30", "'soon'"] {
            let text = format!("[objectives.a]\nratio = 0.9\nwithin = {value}");
            let why = parse(&text).expect_err("refused");
            assert!(
                why.starts_with("`objectives.a.within` must be a duration"),
                "{why}"
            );
        }
    }

    #[test]
    fn number_of_objectives_is_limited() {
        let section = |count| {
            let types =
                (0..count).map(|n| format!("[objectives.t{n}]\nratio = 0.9\nwithin = '1s'\n"));
            types.collect::<String>()
        };
        assert!(parse(&section(MAX_OBJECTIVES)).is_ok());
        let why = parse(&section(MAX_OBJECTIVES + 1)).expect_err("refused");
        assert_eq!(why, "`objectives` may name 100 job types, not 101");
    }
}
