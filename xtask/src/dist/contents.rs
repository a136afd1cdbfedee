//! The names of the files of a release.

use std::collections::BTreeSet;

use super::platform::PLATFORMS;
use super::{manifests, npm};

/// The installers, which are files of the release too.
pub(super) const INSTALLERS: [&str; 2] = ["install.sh", "install.ps1"];

/// Returns the names of all files of a release except `SHA256SUMS`, which lists them.
pub(super) fn file_names(version: &str) -> BTreeSet<String> {
    let of_platforms = PLATFORMS.iter().flat_map(|platform| {
        [
            platform.archive_name(version),
            platform.sbom_name(version),
            npm::platform_file_name(platform, version),
        ]
    });
    let of_all = manifests::TEMPLATES
        .iter()
        .map(|template| template.name)
        .chain(INSTALLERS)
        .map(ToOwned::to_owned)
        .chain([npm::file_name(version)]);
    of_platforms.chain(of_all).collect()
}
