use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::dockerfile::DOCKERFILE;
use crate::tidy::source_file::resolve;
use crate::tidy::yaml::documents;
use crate::tidy::{Finding, SourceFile};

const COMPOSE: &str = "infra/compose";
const KEYS: [&str; 2] = ["context", "dockerfile"];

static COMMAND: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"docker (?:buildx )?build [^\n]*").expect("the pattern is valid"));

/// Checks the commands that build an image in workflows, documents and comments, and the keys `build` of compose.
pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        let is_page = file.has_extension("md") || file.path == Path::new(DOCKERFILE);
        if is_page || file.path.starts_with(".github/workflows") {
            findings.extend(check_commands(file));
        }
        if file.path.parent() == Some(Path::new(COMPOSE)) && file.has_extension("yaml") {
            findings.extend(check_compose(file));
        }
    }
    findings
}

fn check_commands(file: &SourceFile) -> Vec<Finding> {
    let text = file.text.replace("\\\n", " ");
    let is_ours = |command: &&str| {
        let names_file = command.split_whitespace().any(|word| word == DOCKERFILE);
        names_file && command.trim_end().trim_end_matches('`').ends_with(" .")
    };
    let commands = COMMAND.find_iter(&text).map(|found| found.as_str());
    commands
        .filter(|command| !is_ours(command))
        .map(|command| {
            let message = format!("`{command}` needs `--file {DOCKERFILE}` and the context `.`");
            Finding::error(file.path.display(), message)
        })
        .collect()
}

fn check_compose(file: &SourceFile) -> Vec<Finding> {
    let documents = match documents(file) {
        Ok(documents) => documents,
        Err(finding) => return vec![finding],
    };
    let services = documents
        .iter()
        .filter_map(|it| it.get("services")?.as_object());
    let builds = services
        .flatten()
        .filter_map(|(name, it)| Some((name, it.get("build")?)));
    builds
        .filter(|(_, build)| !is_ours(build))
        .map(|(name, _)| {
            let message =
                format!("builds `{name}` from another context or Dockerfile than {DOCKERFILE}");
            Finding::error(file.path.display(), message)
        })
        .collect()
}

fn is_ours(build: &Value) -> bool {
    let [context, dockerfile] = KEYS.map(|key| build.get(key).and_then(Value::as_str));
    let is_root = context.is_some_and(|it| resolve(Path::new(COMPOSE), it) == Path::new(""));
    is_root && dockerfile == Some(DOCKERFILE)
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::files;
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        check(&files(&[(path, text)])).len()
    }

    #[test]
    fn commands_with_another_file_or_context_are_reported() {
        let good = format!("run: docker build \\\n  --file {DOCKERFILE} .\n");
        assert_eq!(found(".github/workflows/ci.yml", &good), 0);
        for bad in [
            "run: docker build .".to_owned(),
            good.replace(" .\n", " infra\n"),
            good.replace("Dockerfile", "Dockerfile.test"),
        ] {
            assert_eq!(found(".github/workflows/ci.yml", &bad), 1, "{bad}");
        }
    }

    #[test]
    fn compose_builds_the_same() {
        let build = |context: &str| {
            format!(
                "services: {{ a: {{ build: {{ context: {context}, dockerfile: {DOCKERFILE} }} }} }}"
            )
        };
        assert_eq!(found("infra/compose/dev.yaml", &build("../..")), 0);
        assert_eq!(found("infra/compose/dev.yaml", &build("..")), 1);
        assert_eq!(
            found("infra/compose/dev.yaml", "services: { a: { build: . } }"),
            1
        );
    }
}
