use anyhow::Context;

use super::product::NAME;

/// An operating system and processor that releases are built for.
pub(crate) struct Platform {
    /// The target triple of rustc.
    pub(crate) triple: &'static str,
    /// The part of the names of its npm package.
    pub(super) npm: &'static str,
    /// The values of `process.platform` and `process.arch` in Node.js.
    pub(super) os: &'static str,
    pub(super) cpu: &'static str,
}

/// Every platform of a release.
pub(crate) const PLATFORMS: [Platform; 7] = [
    Platform {
        triple: "aarch64-apple-darwin",
        npm: "darwin-arm64",
        os: "darwin",
        cpu: "arm64",
    },
    Platform {
        triple: "aarch64-unknown-linux-gnu",
        npm: "linux-arm64",
        os: "linux",
        cpu: "arm64",
    },
    Platform {
        triple: "aarch64-unknown-linux-musl",
        npm: "linux-arm64-musl",
        os: "linux",
        cpu: "arm64",
    },
    Platform {
        triple: "x86_64-apple-darwin",
        npm: "darwin-x64",
        os: "darwin",
        cpu: "x64",
    },
    Platform {
        triple: "x86_64-pc-windows-msvc",
        npm: "win32-x64",
        os: "win32",
        cpu: "x64",
    },
    Platform {
        triple: "x86_64-unknown-linux-gnu",
        npm: "linux-x64",
        os: "linux",
        cpu: "x64",
    },
    Platform {
        triple: "x86_64-unknown-linux-musl",
        npm: "linux-x64-musl",
        os: "linux",
        cpu: "x64",
    },
];

impl Platform {
    /// Returns the platform with a target triple.
    pub(crate) fn find(triple: &str) -> anyhow::Result<&'static Self> {
        let mut platforms = PLATFORMS.iter();
        platforms
            .find(|platform| platform.triple == triple)
            .with_context(|| {
                let known = PLATFORMS.map(|platform| platform.triple).join(", ");
                format!("releases are not built for `{triple}`, but for {known}")
            })
    }

    /// Returns the name of the folder in the archive.
    pub(crate) fn folder_name(&self, version: &str) -> String {
        format!("{NAME}-{version}-{}", self.triple)
    }

    /// Returns the file name of the archive. Windows opens ZIP files without another program.
    pub(crate) fn archive_name(&self, version: &str) -> String {
        let extension = if self.is_windows() { "zip" } else { "tar.gz" };
        format!("{}.{extension}", self.folder_name(version))
    }

    /// Returns the file name of the list of dependencies, in the CycloneDX format.
    pub(super) fn sbom_name(&self, version: &str) -> String {
        format!("{}.cdx.json", self.folder_name(version))
    }

    /// Returns the file name of the program.
    pub(crate) fn program_name(&self) -> String {
        let suffix = if self.is_windows() { ".exe" } else { "" };
        format!("{NAME}{suffix}")
    }

    /// Returns the C library that npm compares with that of the machine, on systems that have several.
    pub(super) fn libc(&self) -> Option<&'static str> {
        match self.triple.rsplit_once('-') {
            Some((_, "gnu")) => Some("glibc"),
            Some((_, "musl")) => Some("musl"),
            _ => None,
        }
    }

    fn is_windows(&self) -> bool {
        self.os == "win32"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_platform() {
        let names = |triple| {
            let platform = Platform::find(triple).expect("it is supported");
            (platform.archive_name("1.2.3"), platform.program_name())
        };
        assert_eq!(
            names("x86_64-pc-windows-msvc"),
            (
                "odd-dashboard-1.2.3-x86_64-pc-windows-msvc.zip".to_owned(),
                "odd-dashboard.exe".to_owned()
            )
        );
        assert_eq!(
            names("aarch64-unknown-linux-musl").0,
            "odd-dashboard-1.2.3-aarch64-unknown-linux-musl.tar.gz"
        );
    }

    #[test]
    fn other_platform_is_refused_with_those_that_exist() {
        let error = Platform::find("riscv64gc-unknown-linux-gnu").err();
        let error = error.expect("not supported").to_string();
        assert!(error.contains("`riscv64gc-unknown-linux-gnu`"), "{error}");
        assert!(error.contains("aarch64-apple-darwin, "), "{error}");
    }

    #[test]
    fn workflow_builds_every_platform() {
        let workspace = crate::workspace::Workspace::locate().expect("a workspace");
        let workflow = workspace.root.join(".github/workflows/release.yml");
        let workflow = std::fs::read_to_string(workflow).expect("readable");
        for platform in &PLATFORMS {
            assert!(workflow.contains(platform.triple), "{}", platform.triple);
        }
    }

    #[test]
    fn only_linux_has_several_libraries() {
        for platform in &PLATFORMS {
            assert_eq!(platform.libc().is_some(), platform.os == "linux");
        }
    }
}
