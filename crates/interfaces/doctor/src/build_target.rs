use crate::{Finding, Fix};

/// The platforms that the observatory supports.
pub const SUPPORTED_TARGETS: [&str; 7] = [
    "Linux x86_64 (glibc)",
    "Linux x86_64 (musl)",
    "Linux aarch64 (glibc)",
    "Linux aarch64 (musl)",
    "macOS x86_64",
    "macOS aarch64",
    "Windows x86_64",
];

/// The platform that a binary was built for, and therefore runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuildTarget {
    /// The operating system, as in [`std::env::consts::OS`].
    pub os: &'static str,
    /// The processor, as in [`std::env::consts::ARCH`].
    pub arch: &'static str,
    /// The C library on Linux, `gnu` or `musl`; empty elsewhere.
    pub libc: &'static str,
}

impl BuildTarget {
    /// Returns the platform of this binary.
    pub const fn current() -> Self {
        let libc = if cfg!(all(target_os = "linux", target_env = "gnu")) {
            "gnu"
        } else if cfg!(all(target_os = "linux", target_env = "musl")) {
            "musl"
        } else {
            ""
        };
        Self {
            os: std::env::consts::OS,
            arch: std::env::consts::ARCH,
            libc,
        }
    }

    /// Returns the name of the platform for people, as in [`SUPPORTED_TARGETS`].
    pub fn name(&self) -> String {
        let os = match self.os {
            "linux" => "Linux",
            "macos" => "macOS",
            "windows" => "Windows",
            other => other,
        };
        let libc = match self.libc {
            "gnu" => " (glibc)",
            "musl" => " (musl)",
            _ => "",
        };
        format!("{os} {}{libc}", self.arch)
    }

    /// Returns `true` for a platform that the observatory supports.
    pub fn is_supported(&self) -> bool {
        SUPPORTED_TARGETS.contains(&self.name().as_str())
    }

    /// Checks the platform against the list of supported ones.
    pub fn finding(&self) -> Finding {
        if self.is_supported() {
            return Finding::ok(self.name());
        }
        let supported = SUPPORTED_TARGETS.join(", ");
        let fix = Fix::new(format!("use one of the supported platforms: {supported}"));
        Finding::fail(format!("{} is not supported", self.name()), fix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CheckStatus;

    #[test]
    fn every_platform_of_the_matrix_is_supported() {
        let targets = [
            ("linux", "x86_64", "gnu"),
            ("linux", "x86_64", "musl"),
            ("linux", "aarch64", "gnu"),
            ("linux", "aarch64", "musl"),
            ("macos", "x86_64", ""),
            ("macos", "aarch64", ""),
            ("windows", "x86_64", ""),
        ];
        assert_eq!(targets.len(), SUPPORTED_TARGETS.len());
        for (os, arch, libc) in targets {
            let target = BuildTarget { os, arch, libc };
            assert_eq!(target.finding().status(), CheckStatus::Ok, "{target:?}");
        }
    }

    #[test]
    fn other_platforms_fail_and_the_fix_lists_the_supported_ones() {
        let targets = [
            ("linux", "riscv64", "gnu"),
            ("linux", "x86_64", ""),
            ("windows", "aarch64", ""),
            ("freebsd", "x86_64", ""),
        ];
        for (os, arch, libc) in targets {
            let finding = BuildTarget { os, arch, libc }.finding();
            assert_eq!(finding.status(), CheckStatus::Fail);
            let fix = finding.fix().expect("a fix");
            assert!(fix.text.contains("macOS aarch64"), "{fix:?}");
        }
    }
}
