//! Container images and CI actions are pinned to a version.

use std::sync::LazyLock;

use regex::Regex;

use super::{Finding, SourceFile};

static FLOATING_TAG: LazyLock<Regex> =
    LazyLock::new(|| pattern(concat!(r"[\w./-]+:lat", r"est\b")));
static FROM: LazyLock<Regex> = LazyLock::new(|| pattern(r"^FROM\s+(?:--platform=\S+\s+)?(\S+)"));
static IMAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"^\s*-?\s*image:\s*["']?([^\s"'#]+)"#));
static ACTION: LazyLock<Regex> = LazyLock::new(|| pattern(r#"^\s*-?\s*uses:\s*["']?([^\s"'#]+)"#));
static ACTION_VERSION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"@(?:v?\d[\w.-]*|[0-9a-f]{40})$"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid")
}

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    files
        .iter()
        .filter(|file| !file.has_extension("rs") && !file.path.ends_with("Cargo.lock"))
        .flat_map(check_file)
        .collect()
}

fn check_file(file: &SourceFile) -> Vec<Finding> {
    let yaml = file.has_extension("yml") || file.has_extension("yaml");
    let name = file.path.file_name().and_then(|name| name.to_str());
    let dockerfile = name.is_some_and(|name| name.contains("Dockerfile"));
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        let mut refuse = |message: String| {
            findings.push(Finding::error(
                format!("{}:{number}", file.path.display()),
                message,
            ));
        };
        if let Some(tag) = FLOATING_TAG.find(line) {
            refuse(format!("`{}` floats; pin a version", tag.as_str()));
            continue;
        }
        let pattern = if dockerfile { &FROM } else { &IMAGE };
        let image = (yaml || dockerfile)
            .then(|| pattern.captures(line))
            .flatten();
        if let Some(image) = image.filter(|image| !is_pinned(&image[1])) {
            refuse(format!("image `{}` has no version", &image[1]));
        }
        let action = yaml.then(|| ACTION.captures(line)).flatten();
        if let Some(action) = action.filter(|action| !is_pinned_action(&action[1])) {
            refuse(format!("action `{}` has no version", &action[1]));
        }
    }
    findings
}

/// Returns `true` for an image with a tag or digest, an earlier build stage, a variable, and the empty image.
fn is_pinned(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or(image);
    let is_stage = !image.contains('/') && !image.contains(':') && image.starts_with("stage-");
    name.contains(':')
        || image.contains("@sha256:")
        || image.contains('$')
        || is_stage
        || image == "scratch"
}

fn is_pinned_action(action: &str) -> bool {
    action.starts_with("./") || ACTION_VERSION.is_match(action)
}

#[cfg(test)]
mod tests {
    use super::super::tests::files;
    use super::*;

    fn found(path: &str, line: &str) -> usize {
        check(&files(&[(path, line)])).len()
    }

    #[test]
    fn floating_and_missing_tags_are_rejected() {
        let floating = ["image: postgres:lat", "est"].concat();
        assert_eq!(found("compose.yaml", &floating), 1);
        assert_eq!(
            found("compose.yaml", "    image: registry:5000/postgres"),
            1
        );
        assert_eq!(found("Dockerfile", "FROM debian"), 1);
    }

    #[test]
    fn pinned_images_pass() {
        assert_eq!(found("compose.yaml", "    image: postgres:17.6"), 0);
        assert_eq!(
            found(
                "Dockerfile",
                "FROM --platform=linux/amd64 debian:12.11 AS build"
            ),
            0
        );
        assert_eq!(found("Dockerfile", "FROM stage-build"), 0);
        assert_eq!(found("Dockerfile", "FROM scratch"), 0);
    }

    #[test]
    fn action_at_a_branch_is_rejected() {
        assert_eq!(found("ci.yml", "      - uses: actions/checkout@main"), 1);
        assert_eq!(found("ci.yml", "      - uses: actions/checkout@v4.2.2"), 0);
        assert_eq!(found("ci.yml", "      - uses: ./.github/actions/setup"), 0);
    }
}
