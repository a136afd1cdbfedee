//! What other package managers read: the Homebrew formula and the winget manifests, with the version and the checksums of a
//! release.

use std::sync::LazyLock;

use anyhow::{Context, bail};
use regex::{Captures, Regex};

use super::checksums::Checksums;
use super::file::read;
use super::platform::Platform;
use crate::workspace::Workspace;

/// A file of a release that is generated from one in `packaging/`.
pub(crate) struct Template {
    pub(crate) name: &'static str,
    folder: &'static str,
}

pub(crate) const TEMPLATES: [Template; 4] = [
    Template {
        name: "odd-dashboard.rb",
        folder: "homebrew",
    },
    Template {
        name: "OddDashboard.OddDashboard.yaml",
        folder: "winget",
    },
    Template {
        name: "OddDashboard.OddDashboard.installer.yaml",
        folder: "winget",
    },
    Template {
        name: "OddDashboard.OddDashboard.locale.en-US.yaml",
        folder: "winget",
    },
];

/// `@VERSION@`, `@FOLDER TARGET@`, `@URL TARGET@` and `@SHA256 TARGET@`.
static PLACEHOLDER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"@([A-Z][A-Z0-9]*)(?: ([a-z0-9_-]+))?@").expect("valid"));

/// Returns the names and texts of all generated files.
///
/// # Errors
/// If the checksums lack an archive, or a template contains an unknown placeholder.
pub(crate) fn render(
    workspace: &Workspace,
    version: &str,
    checksums: &Checksums,
) -> anyhow::Result<Vec<(&'static str, String)>> {
    let render = |template: &Template| {
        let path = workspace.root.join("packaging").join(template.folder);
        let text = String::from_utf8(read(&path.join(template.name))?)?;
        let text = replace(&text, version, checksums).context(template.name)?;
        Ok((template.name, text))
    };
    TEMPLATES.iter().map(render).collect()
}

fn replace(text: &str, version: &str, checksums: &Checksums) -> anyhow::Result<String> {
    let mut rendered = String::new();
    let mut end = 0;
    for found in PLACEHOLDER.captures_iter(text) {
        let place = found.get_match();
        rendered.push_str(&text[end..place.start()]);
        rendered.push_str(&value(&found, version, checksums)?);
        end = place.end();
    }
    rendered.push_str(&text[end..]);
    Ok(rendered)
}

fn value(found: &Captures<'_>, version: &str, checksums: &Checksums) -> anyhow::Result<String> {
    let platform = found.get(2).map(|triple| Platform::find(triple.as_str()));
    Ok(match (&found[1], platform.transpose()?) {
        ("VERSION", None) => version.to_owned(),
        ("FOLDER", Some(platform)) => platform.folder_name(version),
        ("URL", Some(platform)) => format!(
            "{}/releases/download/v{version}/{}",
            env!("CARGO_PKG_REPOSITORY"),
            platform.archive_name(version)
        ),
        ("SHA256", Some(platform)) => checksums.get(&platform.archive_name(version))?.to_owned(),
        _ => bail!("unknown placeholder {}", &found[0]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checksums() -> Checksums {
        let folder = tempfile::tempdir().expect("a folder");
        let name = "odd-dashboard-1.2.3-aarch64-apple-darwin.tar.gz";
        std::fs::write(folder.path().join(name), "abc").expect("written");
        Checksums::compute(folder.path()).expect("computed")
    }

    #[test]
    fn placeholders_are_replaced() {
        let replaced = |text| replace(text, "1.2.3", &checksums()).expect("replaced");
        assert_eq!(replaced("v@VERSION@ a@b.c"), "v1.2.3 a@b.c");
        assert!(replaced("@SHA256 aarch64-apple-darwin@").starts_with("ba7816bf"));
        let url = replaced("@URL aarch64-apple-darwin@");
        let end = "/releases/download/v1.2.3/odd-dashboard-1.2.3-aarch64-apple-darwin.tar.gz";
        assert!(url.ends_with(end), "{url}");
    }

    #[test]
    fn unknown_placeholder_and_absent_archive_are_refused() {
        for text in [
            "@DATE@",
            "@URL x86_64-apple@",
            "@SHA256 x86_64-apple-darwin@",
        ] {
            assert!(replace(text, "1.2.3", &checksums()).is_err(), "{text}");
        }
    }
}
