use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::Deserialize;

/// Images in an archive that `docker save` writes.
pub(crate) struct Images {
    pub(crate) archive: PathBuf,
    pub(crate) names: BTreeSet<String>,
}

/// An image in the manifest of an archive.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Image {
    repo_tags: Option<Vec<String>>,
}

impl Images {
    /// Reads the names of the images in an archive.
    pub(crate) fn read(archive: &Path) -> anyhow::Result<Self> {
        let shown = archive.display();
        let file = File::open(archive).with_context(|| format!("cannot open {shown}"))?;
        let mut content = tar::Archive::new(file);
        for entry in content.entries_with_seek()? {
            let entry = entry.with_context(|| format!("cannot read {shown}"))?;
            if entry.path()?.as_os_str() != "manifest.json" {
                continue;
            }
            let images: Vec<Image> = serde_json::from_reader(entry)
                .with_context(|| format!("the manifest in {shown} is not that of `docker save`"))?;
            let names = images.into_iter().filter_map(|image| image.repo_tags);
            return Ok(Self {
                archive: archive.to_owned(),
                names: names.flatten().collect(),
            });
        }
        bail!("{shown} has no manifest: write it with `docker save`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(name: &str, content: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let mut archive = tar::Builder::new(file.reopen().expect("the file"));
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        archive
            .append_data(&mut header, name, content.as_bytes())
            .expect("an entry");
        archive.finish().expect("an archive");
        file
    }

    #[test]
    fn names_are_those_of_the_manifest() {
        let manifest = r#"[{"RepoTags":["a:1","b/c:2"]},{"RepoTags":null}]"#;
        let images = Images::read(archive("manifest.json", manifest).path()).expect("images");
        let names: Vec<&String> = images.names.iter().collect();
        assert_eq!(names, ["a:1", "b/c:2"]);
    }

    #[test]
    fn archive_without_a_manifest_is_refused() {
        let error = Images::read(archive("other.json", "[]").path()).err();
        let error = error.expect("an error").to_string();
        assert!(error.contains("docker save"), "{error}");
    }
}
