//! Names that were replaced, so that they do not come back with the next copy of old code.

use std::sync::LazyLock;

use regex::Regex;

use super::tokens::code;
use crate::tidy::{Finding, SourceFile};

/// A name, the folder in which it is rejected, and the name that replaced it.
struct Retired {
    name: &'static str,
    /// Empty for the whole repository.
    folder: &'static str,
    now: &'static str,
}

/// Names of types, functions and modules.
const NAMES: &[Retired] = &[
    everywhere("Dispatched", "NotifiedWorkQueue"),
    everywhere("Emptied", "EmptyPoll"),
    everywhere("HeadTimer", "HeaderReadDeadline"),
    everywhere("HeldBody", "PermitBody"),
    everywhere("JobNews", "JobProjection"),
    everywhere("Place", "StatusIndex, InFlightPermit, DataRoot"),
    everywhere("Places", "ConnectionLimit"),
    everywhere("Recorded", "LogRecord"),
    everywhere("Room", "ServerDir"),
    everywhere("Signer", "ProducerRef"),
    everywhere("Standing", "DedupIndex"),
    everywhere("flight", "pipeline"),
    everywhere("fresh", "freshness, or what is new"),
    everywhere("handed_out", "claimed_job"),
    everywhere("is_line_longer", "has_more_ready"),
    everywhere("lead", "wait_for_leadership"),
    everywhere("park_message", "quarantine_message"),
    everywhere("parked", "dead_lettered, quarantined"),
    everywhere("said", "updates, output"),
    everywhere("strike", "inject"),
    everywhere("tell", "notify"),
    everywhere("wanted", "limit, expected"),
    inside("crates/adapters/bus-rabbitmq", "Order", "ReorderBuffer"),
    inside("crates/adapters/store-sqlite", "Held", "RunningAttempt"),
    inside("crates/adapters/store-sqlite", "Journal", "WriterState"),
    inside("crates/private-servers", "Link", "FaultProxy"),
    inside(
        "crates/services/processor",
        "Environment",
        "ProcessorContext",
    ),
    inside("crates/services/service-kit", "Front", "RequestGuard"),
    inside("tests/referee", "Hands", "Nemesis"),
    inside("xtask", "Bar", "Target"),
    inside("xtask", "Hands", "Nemesis"),
    inside("xtask", "LinkAct", "ProxyAct"),
    inside("xtask", "Trial", "RunOptions"),
];

/// Names of files.
const FILES: &[Retired] = &[
    everywhere("due", "promote"),
    everywhere("flight", "pipeline"),
    everywhere("hands", "nemesis"),
    everywhere("pending", "write_buffer"),
    inside(
        "crates/interfaces/odd-dashboard/src/observatory",
        "rebuilding",
        "rebuild",
    ),
    inside(
        "crates/interfaces/odd-dashboard/src/observatory",
        "running",
        "embedded_runtime",
    ),
    inside(
        "crates/interfaces/odd-dashboard/src/observatory",
        "serving",
        "role_runtime",
    ),
    inside(
        "crates/interfaces/odd-dashboard/src/observatory",
        "waiting",
        "startup",
    ),
    inside("xtask/src", "bars", "targets"),
];

const fn everywhere(name: &'static str, now: &'static str) -> Retired {
    inside("", name, now)
}

const fn inside(folder: &'static str, name: &'static str, now: &'static str) -> Retired {
    Retired { name, folder, now }
}

static WORD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[A-Za-z_]\w*").expect("the pattern is valid"));

/// Reports the retired names in the code and in the path of a source file.
pub(super) fn check(file: &SourceFile) -> Vec<Finding> {
    let Some(code) = code(file) else {
        return Vec::new();
    };
    let applies = |retired: &&Retired| file.path.starts_with(retired.folder);
    let names: Vec<&Retired> = NAMES.iter().filter(applies).collect();
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(code.lines()) {
        for word in WORD.find_iter(line) {
            if let Some(retired) = names.iter().find(|retired| retired.name == word.as_str()) {
                let place = format!("{}:{number}", file.path.display());
                findings.push(Finding::error(place, retired.advice()));
            }
        }
    }
    let parts = file.path.with_extension("");
    let mut files = FILES.iter().filter(applies);
    let retired = files.find(|retired| parts.iter().any(|part| part == retired.name));
    findings.extend(retired.map(|retired| Finding::error(file.path.display(), retired.advice())));
    findings
}

impl Retired {
    fn advice(&self) -> String {
        format!("`{}` was replaced by {}", self.name, self.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(retired: &Retired, file_name: &str, text: &str) -> Vec<String> {
        let is_python = retired.folder == "tests/referee";
        let extension = if is_python { "py" } else { "rs" };
        let folder = match retired.folder {
            "" => "crates/a/src",
            folder => folder,
        };
        let file = SourceFile {
            path: format!("{folder}/{file_name}.{extension}").into(),
            text: text.into(),
        };
        check(&file).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_retired_name_is_rejected() {
        for retired in NAMES {
            let name = retired.name;
            let code = format!("a\n{name}(\"{name}\")\n");
            let found = found(retired, "a", &code);
            assert_eq!(found.len(), 1, "{name}: {found:?}");
            assert!(found[0].contains(":2: "), "{found:?}");
            assert!(found[0].ends_with(&retired.advice()), "{found:?}");
        }
    }

    #[test]
    fn every_retired_file_is_rejected() {
        for retired in FILES {
            let found = found(retired, retired.name, "");
            assert_eq!(found.len(), 1, "{}: {found:?}", retired.name);
            assert!(found[0].ends_with(&retired.advice()), "{found:?}");
        }
    }
}
