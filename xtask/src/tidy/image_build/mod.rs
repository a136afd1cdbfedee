//! The Dockerfile copies what exists in its context, and everything that the build reads. Every command and every file
//! that builds the image names the same Dockerfile and context.

mod builds;
mod context;
mod dockerfile;
mod inputs;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use self::context::Context;
use self::dockerfile::{Copy, DOCKERFILE, Stage, stages};
use self::inputs::inputs;
use super::source_file::find;
use super::{Finding, SourceFile};

const IGNORE: &str = ".dockerignore";
/// The file that the stage `binary-prebuilt` copies: not in the repository, but written before the build.
const PREBUILT: &str = "target/image/odd-dashboard";

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let (Some(dockerfile), Some(ignore)) = (find(files, DOCKERFILE), find(files, IGNORE)) else {
        return vec![Finding::error(
            DOCKERFILE,
            format!("or {IGNORE} is missing"),
        )];
    };
    let context = Context::parse(&ignore.text);
    let stages = stages(&dockerfile.text);
    let mut findings = missing_sources(files, &context, &stages);
    match stages.iter().find(|stage| stage.compiles) {
        Some(stage) => findings.extend(missing_inputs(files, &context, stage)),
        None => findings.push(Finding::error(
            DOCKERFILE,
            "has no stage with `cargo build`",
        )),
    }
    findings.extend(builds::check(files));
    findings
}

fn missing_sources(files: &[SourceFile], context: &Context, stages: &[Stage]) -> Vec<Finding> {
    let is_in_context = |source: &str| {
        let is_prebuilt = source == PREBUILT && context.contains(Path::new(source));
        let mut sent = files.iter().filter(|file| context.contains(&file.path));
        is_prebuilt || sent.any(|file| file.path.starts_with(source))
    };
    let copies = stages.iter().flat_map(|stage| &stage.copies);
    let of_context = copies.filter(|copy| !copy.is_from_stage);
    of_context
        .flat_map(|copy| copy.sources.iter().map(move |source| (copy.line, source)))
        .filter(|(_, source)| !is_in_context(source))
        .map(|(line, source)| {
            let message = format!("copies `{source}`, which is not in the context");
            Finding::error(format!("{DOCKERFILE}:{line}"), message)
        })
        .collect()
}

/// Reports one missing input for each folder of the repository.
fn missing_inputs(files: &[SourceFile], context: &Context, stage: &Stage) -> Vec<Finding> {
    let copied: Vec<PathBuf> = stage.copies.iter().flat_map(in_place).collect();
    let is_provided = |input: &PathBuf| {
        // A build script names a whole folder, and a part of it is enough.
        let is_copied = copied
            .iter()
            .any(|it| input.starts_with(it) || it.starts_with(input));
        let is_file = files.iter().any(|file| file.path == *input);
        is_copied && (!is_file || context.contains(input))
    };
    let mut missing = BTreeMap::new();
    for input in inputs(files)
        .into_iter()
        .filter(|input| !is_provided(input))
    {
        let folder = input
            .components()
            .next()
            .map(|part| part.as_os_str().to_owned());
        missing.entry(folder).or_insert(input);
    }
    missing
        .into_values()
        .map(|input| {
            let input = input.display();
            let message =
                format!("compiles without `{input}`, which no COPY provides at its place");
            Finding::error(DOCKERFILE, message)
        })
        .collect()
}

/// Returns the paths that are at the same place in the repository and in the image.
fn in_place(copy: &Copy) -> Vec<PathBuf> {
    if copy.is_from_stage {
        return vec![PathBuf::from(&copy.target)];
    }
    let is_root = copy.target == "." || copy.target.is_empty();
    let sources = copy.sources.iter();
    sources
        .filter(|source| **source == copy.target || is_root && !source.contains('/'))
        .map(PathBuf::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{files, messages};
    use super::*;

    const TEXT: &str = "FROM ${NODE_IMAGE} AS pages\nCOPY web ./\nFROM ${RUST_IMAGE} AS source\n\
        COPY Cargo.toml Cargo.lock ./\nCOPY crates crates\nCOPY contracts \\\n    contracts\n\
        COPY --from=pages /web/dist web/dist\nRUN --mount=type=cache,target=/a \\\n cargo build\n\
        FROM scratch\nCOPY target/image/odd-dashboard /odd-dashboard\n";
    const CONTEXT: &str = "*\n!Cargo.*\n!crates\n!contracts\n!web\n!target/image\n";

    fn problems(dockerfile: &str, ignore: &str) -> Vec<String> {
        let include = ["const A: &str = include_str!(\"../../../contracts/a.json\");"].concat();
        messages(&check(&files(&[
            (DOCKERFILE, dockerfile),
            (IGNORE, ignore),
            ("Cargo.toml", ""),
            ("Cargo.lock", ""),
            ("contracts/a.json", ""),
            ("crates/a/Cargo.toml", ""),
            ("crates/a/src/a.rs", &include),
            ("crates/a/build.rs", "folder.join(\"../../web\")"),
            ("web/package.json", ""),
        ])))
    }

    #[test]
    fn complete_dockerfile_passes() {
        assert_eq!(problems(TEXT, CONTEXT), Vec::<String>::new());
    }

    #[test]
    fn sources_outside_of_the_context_are_reported() {
        let wrong = TEXT.replace("COPY crates crates", "COPY crate crates");
        let found = problems(&wrong, CONTEXT);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("error: infra/docker/Dockerfile:5: copies `crate`"));
        let found = problems(TEXT, &CONTEXT.replace("!target/image\n", ""));
        assert!(
            found[0].contains("copies `target/image/odd-dashboard`"),
            "{found:?}"
        );
        let found = problems(TEXT, &CONTEXT.replace("!web\n", ""));
        assert!(found[0].contains("copies `web`"), "{found:?}");
    }

    #[test]
    fn inputs_that_are_not_copied_to_their_place_are_reported() {
        for (from, to, expected) in [
            (
                "COPY contracts \\\n    contracts\n",
                "",
                "without `contracts/a.json`",
            ),
            (
                "    contracts\n",
                "    other\n",
                "without `contracts/a.json`",
            ),
            (
                "COPY Cargo.toml Cargo.lock ./",
                "COPY Cargo.toml ./",
                "without `Cargo.lock`",
            ),
            (
                "COPY --from=pages /web/dist web/dist\n",
                "",
                "without `web`",
            ),
            ("cargo build", "make", "has no stage with"),
        ] {
            let found = problems(&TEXT.replace(from, to), CONTEXT);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(expected), "{found:?}");
        }
    }
}
