//! Container images are pinned to a version, and each image to one version.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::{Finding, SourceFile};

static FLOATING_TAG: LazyLock<Regex> =
    LazyLock::new(|| pattern(concat!(r"[\w./-]+:lat", r"est\b")));
static FROM: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^FROM\s+(?:--platform=\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?"));
static ARGUMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"^ARG\s+\w*IMAGE=(\S*)"));
static IMAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"^\s*-?\s*image:\s*["']?([^\s"'#,]+)"#));
/// A mapping on one line.
static INLINE_IMAGE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"[{,]\s*image:\s*["']?([^\s"'#,]+)"#));
static DEFAULT: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\$\{\w+:?-(.+)\}$"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is valid")
}

/// An image that a file names.
struct Reference {
    place: String,
    image: String,
    /// `true` for the base of a Dockerfile, which needs a digest.
    is_base: bool,
}

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let files = files
        .iter()
        .filter(|file| !file.has_extension("rs") && !file.path.ends_with("Cargo.lock"));
    let mut findings: Vec<Finding> = files.clone().flat_map(floating_tags).collect();
    let references: Vec<Reference> = files.flat_map(references).collect();
    findings.extend(references.iter().filter_map(unpinned));
    findings.extend(other_versions(&references));
    findings
}

fn floating_tags(file: &SourceFile) -> Vec<Finding> {
    let lines = (1..).zip(file.text.lines());
    lines
        .filter_map(|(number, line)| {
            let tag = FLOATING_TAG.find(line)?.as_str();
            let message = format!("`{tag}` floats; pin a version");
            Some(Finding::error(place(file, number), message))
        })
        .collect()
}

fn place(file: &SourceFile, line: usize) -> String {
    format!("{}:{line}", file.path.display())
}

fn references(file: &SourceFile) -> Vec<Reference> {
    let name = file.path.file_name().and_then(|name| name.to_str());
    if name.is_some_and(|name| name.contains("Dockerfile")) {
        bases(file)
    } else if file.has_extension("yml") || file.has_extension("yaml") {
        images(file)
    } else {
        Vec::new()
    }
}

/// Returns the images of `FROM`, without earlier stages and arguments, and the defaults of arguments.
fn bases(file: &SourceFile) -> Vec<Reference> {
    let mut bases = Vec::new();
    let mut stages = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        let from = FROM.captures(line);
        let image = from
            .as_ref()
            .or(ARGUMENT.captures(line).as_ref())
            .map(|it| it[1].to_owned());
        let is_base =
            |image: &String| !image.contains('$') && image != "scratch" && !stages.contains(image);
        bases.extend(image.filter(is_base).map(|image| Reference {
            place: place(file, number),
            image,
            is_base: true,
        }));
        stages.extend(from.and_then(|from| Some(from.get(2)?.as_str().to_owned())));
    }
    bases
}

/// Returns the images of compose and Kubernetes, of a variable its default.
fn images(file: &SourceFile) -> Vec<Reference> {
    let mut images = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        if let Some(found) = IMAGE.captures(line).or_else(|| INLINE_IMAGE.captures(line)) {
            let image = DEFAULT.replace(&found[1], "$1").into_owned();
            // A variable without a default has to be set.
            images.extend((!image.starts_with("${")).then(|| Reference {
                place: place(file, number),
                image,
                is_base: false,
            }));
        }
    }
    images
}

fn unpinned(reference: &Reference) -> Option<Finding> {
    let image = &reference.image;
    let (_, tag) = split(image);
    let needed = match reference.is_base {
        true if !image.contains("@sha256:") => "digest",
        false if tag.is_empty() => "version",
        _ => return None,
    };
    Some(Finding::error(
        &reference.place,
        format!("image `{image}` has no {needed}"),
    ))
}

/// Reports images that are in use with several tags.
fn other_versions(references: &[Reference]) -> Vec<Finding> {
    let mut first: BTreeMap<&str, &Reference> = BTreeMap::new();
    let mut findings = Vec::new();
    for reference in references {
        let (name, tag) = split(&reference.image);
        let known = *first.entry(name).or_insert(reference);
        if split(&known.image).1 != tag {
            let message = format!(
                "`{}` differs from `{}` in {}",
                reference.image, known.image, known.place
            );
            findings.push(Finding::error(&reference.place, message));
        }
    }
    findings
}

/// Splits an image into its name and its tag and digest. A port of the registry belongs to the name.
fn split(image: &str) -> (&str, &str) {
    let slash = image.rfind('/').unwrap_or(0);
    match image[slash..].find([':', '@']) {
        Some(colon) => image.split_at(slash + colon),
        None => (image, ""),
    }
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
        for image in [
            "registry:5000/postgres",
            "postgres",
            "${ODD_IMAGE:-ghcr.io/a/a}",
        ] {
            assert_eq!(
                found("compose.yaml", &format!("    image: {image}")),
                1,
                "{image}"
            );
            assert_eq!(
                found("compose.yaml", &format!("a: {{ b: 1, image: {image} }}")),
                1,
                "{image}"
            );
        }
    }

    #[test]
    fn pinned_images_pass() {
        for image in [
            "postgres:17.6",
            "${ODD_IMAGE:-ghcr.io/a/a:1.0.0}",
            "${ODD_IMAGE:?set it}",
        ] {
            assert_eq!(
                found("compose.yaml", &format!("    image: {image}")),
                0,
                "{image}"
            );
        }
    }

    #[test]
    fn bases_need_a_digest() {
        for line in [
            "FROM debian",
            "FROM debian:12.11 AS build",
            "ARG BASE_IMAGE=debian:12",
        ] {
            assert_eq!(found("Dockerfile", line), 1, "{line}");
        }
        let pinned = "ARG BASE_IMAGE=debian:12@sha256:0a\nFROM ${BASE_IMAGE} AS build\n\
            FROM build\nFROM scratch\nFROM --platform=linux/amd64 debian:12@sha256:0a\n";
        assert_eq!(found("Dockerfile", pinned), 0);
    }

    #[test]
    fn two_versions_of_an_image_are_reported() {
        let one = ("a.yaml", "image: redis:8.6.7\n");
        let other = |image| ("b.yaml", image);
        assert_eq!(
            check(&files(&[one, other("image: redis:8.6.8\n")])).len(),
            1
        );
        assert_eq!(
            check(&files(&[one, other("image: redis:8.6.7\n")])).len(),
            0
        );
    }
}
