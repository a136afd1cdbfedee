use std::fs;

use tempfile::TempDir;

use super::*;
use crate::dist::archive::Archive;
use crate::dist::assembly;

const VERSION: &str = "1.2.3";

/// A complete release with small files.
struct Release {
    workspace: Workspace,
    folder: TempDir,
}

impl Release {
    fn new() -> Self {
        let workspace = Workspace::locate().expect("a workspace");
        let folder = tempfile::tempdir().expect("a folder");
        for platform in &PLATFORMS {
            let name = platform.archive_name(VERSION);
            let archive = archive(platform, true);
            archive.write(&folder.path().join(name)).expect("written");
            let mut package = Archive::new("package");
            package.add_program(format!("bin/{}", platform.program_name()), "x");
            let name = npm::platform_file_name(platform, VERSION);
            package.write(&folder.path().join(name)).expect("written");
            let sbom = serde_json::json!({
                "metadata": { "component": { "version": VERSION } },
                "components": [{}],
            });
            let name = platform.sbom_name(VERSION);
            fs::write(folder.path().join(name), sbom.to_string()).expect("written");
        }
        assembly::complete(&workspace, folder.path(), VERSION).expect("assembled");
        Self { workspace, folder }
    }

    fn check(&self) -> anyhow::Result<()> {
        check(&self.workspace, self.folder.path(), VERSION)
    }

    /// Returns the problems after a change of the folder.
    fn problems(&self) -> String {
        let error = self.check().expect_err("a damaged release");
        error.to_string()
    }

    /// Lets `SHA256SUMS` list the files as they are.
    fn sum(&self) {
        let checksums = Checksums::compute(self.folder.path()).expect("computed");
        checksums.write(self.folder.path()).expect("written");
    }
}

/// Returns the archive of a platform, on request without its manual.
fn archive(platform: &Platform, has_manual: bool) -> Archive {
    let mut archive = Archive::new(platform.folder_name(VERSION));
    archive.add_program(platform.program_name(), "x");
    archive.add("completions/odd-dashboard.bash", "x");
    if has_manual {
        archive.add("man/odd-dashboard.1", "x");
    }
    for name in NOTICES {
        archive.add(name, "x");
    }
    archive
}

#[test]
fn complete_release_passes() {
    Release::new().check().expect("complete");
}

#[test]
fn each_missing_file_is_reported() {
    let release = Release::new();
    let names = checksums::file_names(release.folder.path()).expect("listed");
    assert_eq!(names.len(), 29);
    for name in names {
        let path = release.folder.path().join(&name);
        let bytes = fs::read(&path).expect("readable");
        fs::remove_file(&path).expect("removed");
        let problems = release.problems();
        assert!(problems.contains(&format!("{name}: missing")), "{problems}");
        fs::write(&path, bytes).expect("written");
    }
    release.check().expect("complete again");
}

#[test]
fn misnamed_and_extra_files_are_reported() {
    let release = Release::new();
    let folder = release.folder.path();
    let right = PLATFORMS[0].archive_name(VERSION);
    let wrong = PLATFORMS[0].archive_name("1.2.4");
    fs::rename(folder.join(&right), folder.join(&wrong)).expect("renamed");
    fs::write(folder.join("notes.txt"), "x").expect("written");
    release.sum();
    let problems = release.problems();
    assert!(
        problems.contains(&format!("{right}: missing")),
        "{problems}"
    );
    for extra in [wrong.as_str(), "notes.txt"] {
        let expected = format!("{extra}: not a file of this release");
        assert!(problems.contains(&expected), "{problems}");
    }
}

#[test]
fn changed_file_does_not_match_its_checksum() {
    let release = Release::new();
    fs::write(release.folder.path().join("install.sh"), "exit 0\n").expect("written");
    let problems = release.problems();
    assert!(
        problems.contains("install.sh: not the file in SHA256SUMS"),
        "{problems}"
    );
    release.sum();
    let problems = release.problems();
    assert!(
        problems.contains("install.sh is not the one in packaging/"),
        "{problems}"
    );
}

#[test]
fn unlisted_file_and_line_without_a_file_are_reported() {
    let release = Release::new();
    let path = release.folder.path().join(checksums::FILE);
    let text = fs::read_to_string(&path).expect("readable");
    fs::write(&path, text.replace("install.ps1", "install.bat")).expect("written");
    let problems = release.problems();
    assert!(
        problems.contains("install.ps1: not in SHA256SUMS"),
        "{problems}"
    );
    assert!(
        problems.contains("install.bat: in SHA256SUMS, but missing"),
        "{problems}"
    );
}

#[test]
fn archive_without_a_part_is_reported() {
    let release = Release::new();
    let platform = &PLATFORMS[1];
    let path = release.folder.path().join(platform.archive_name(VERSION));
    archive(platform, false).write(&path).expect("written");
    assert!(release.problems().contains("/man/odd-dashboard.1"));
    let mut damaged = Archive::new(platform.folder_name(VERSION));
    damaged.add(platform.program_name(), "x");
    damaged.write(&path).expect("written");
    assert!(release.problems().contains("cannot be executed"));
    fs::write(&path, "not an archive").expect("written");
    assert!(release.problems().contains("cannot read"));
}

#[test]
fn formula_with_another_checksum_is_reported() {
    let release = Release::new();
    let path = release.folder.path().join("odd-dashboard.rb");
    let text = fs::read_to_string(&path).expect("readable");
    let digest = text
        .split('"')
        .find(|part| part.len() == 64)
        .expect("a checksum");
    fs::write(&path, text.replace(digest, &"0".repeat(64))).expect("written");
    release.sum();
    let problems = release.problems();
    assert!(
        problems.contains("odd-dashboard.rb does not follow"),
        "{problems}"
    );
}
