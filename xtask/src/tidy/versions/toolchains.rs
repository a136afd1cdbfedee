use std::sync::LazyLock;

use regex::Regex;

use crate::tidy::source_file::find;
use crate::tidy::{Finding, SourceFile};

const DOCKERFILE: &str = "infra/docker/Dockerfile";

/// A text that names a version. The first group of its pattern is the version.
struct Mention {
    file: &'static str,
    pattern: &'static str,
}

const RUST: Mention = Mention {
    file: "rust-toolchain.toml",
    pattern: r#"(?m)^channel = "(\d+\.\d+\.\d+)"$"#,
};
const RUST_OF_IMAGE: Mention = Mention {
    file: DOCKERFILE,
    pattern: r"(?m)^ARG RUST_IMAGE=rust:(\d+\.\d+\.\d+)-",
};
const RUST_OF_CRATES: Mention = Mention {
    file: "Cargo.toml",
    pattern: r#"(?m)^rust-version = "(\d+\.\d+)"$"#,
};
const OLDEST_NODE: Mention = Mention {
    file: "web/package.json",
    pattern: r#""node": ">=(\d+\.\d+)""#,
};
const OLDEST_NODE_OF_XTASK: Mention = Mention {
    file: "xtask/src/node.rs",
    pattern: r#"const OLDEST_NODE: &str = "([\d.]+)";"#,
};
const NODE_OF_IMAGE: Mention = Mention {
    file: DOCKERFILE,
    pattern: r"(?m)^ARG NODE_IMAGE=node:(\d+)-",
};

static REQUIRED_NODE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"Node\.js (\d[\d.]*) or newer").expect("the pattern is valid"));
static NODE_OF_WORKFLOW: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"node-version: *["']?([\w./*]+)"#).expect("the pattern is valid")
});

impl Mention {
    fn read(&self, files: &[SourceFile]) -> Result<String, Finding> {
        let pattern = Regex::new(self.pattern).expect("the pattern is valid");
        let text = find(files, self.file).map(|file| file.text.as_str());
        let found = text.and_then(|text| pattern.captures(text));
        found
            .map(|found| found[1].to_owned())
            .ok_or_else(|| Finding::error(self.file, format!("has no match for {}", self.pattern)))
    }
}

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    match check_mentions(files) {
        Ok(findings) => findings,
        Err(finding) => vec![finding],
    }
}

fn check_mentions(files: &[SourceFile]) -> Result<Vec<Finding>, Finding> {
    let mut findings = Vec::new();
    let mut compare = |file: &str, named: &str, expected: &str, mention: &Mention| {
        if named != expected {
            let message = format!("names version {named}, and {} {expected}", mention.file);
            findings.push(Finding::error(file, message));
        }
    };
    let rust = RUST.read(files)?;
    compare(DOCKERFILE, &RUST_OF_IMAGE.read(files)?, &rust, &RUST);
    let minor = rust.rsplit_once('.').map_or("", |(minor, _)| minor);
    compare(
        RUST_OF_CRATES.file,
        &RUST_OF_CRATES.read(files)?,
        minor,
        &RUST,
    );

    let oldest = OLDEST_NODE.read(files)?;
    let node = OLDEST_NODE_OF_XTASK.read(files)?;
    compare(OLDEST_NODE_OF_XTASK.file, &node, &oldest, &OLDEST_NODE);
    let node = NODE_OF_IMAGE.read(files)?;
    for file in files {
        let path = file.path.display().to_string();
        if file.has_extension("rs") || file.has_extension("md") {
            for found in REQUIRED_NODE.captures_iter(&file.text) {
                compare(&path, &found[1], &oldest, &OLDEST_NODE);
            }
        }
        if file.path.starts_with(".github") {
            for found in NODE_OF_WORKFLOW.captures_iter(&file.text) {
                compare(&path, &found[1], &node, &NODE_OF_IMAGE);
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{files, messages};
    use super::*;

    const FILES: [(&str, &str); 7] = [
        ("rust-toolchain.toml", "channel = \"1.95.0\"\n"),
        (
            DOCKERFILE,
            "ARG RUST_IMAGE=rust:1.95.0-slim\nARG NODE_IMAGE=node:24-slim\n",
        ),
        ("Cargo.toml", "rust-version = \"1.95\"\n"),
        ("web/package.json", "\"node\": \">=20.19\""),
        ("xtask/src/node.rs", "const OLDEST_NODE: &str = \"20.19\";"),
        ("README.md", "With Node.js 20.19 or newer, run it."),
        (".github/workflows/ci.yml", "node-version: \"24\""),
    ];

    fn problems(samples: &[(&str, &str)]) -> Vec<String> {
        messages(&check(&files(samples)))
    }

    #[test]
    fn equal_versions_pass() {
        assert_eq!(problems(&FILES), Vec::<String>::new());
    }

    #[test]
    fn version_that_differs_in_one_place_is_reported() {
        for (index, from, to) in [
            (0, "1.95.0", "1.96.0"),
            (1, "rust:1.95.0", "rust:1.95.1"),
            (1, "node:24", "node:22"),
            (2, "1.95", "1.94"),
            (3, "20.19", "22.12"),
            (4, "20.19", "20"),
            (5, "20.19", "20"),
            (6, "24", "20"),
        ] {
            let mut changed = FILES;
            let text = changed[index].1.replace(from, to);
            changed[index].1 = &text;
            assert!(!problems(&changed).is_empty(), "{text}");
        }
    }

    #[test]
    fn file_that_names_no_version_is_reported() {
        let found = problems(&FILES[1..]);
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
