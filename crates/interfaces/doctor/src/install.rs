use crate::tool_path::ToolPath;

/// A program that installs other programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackageManager {
    /// Debian, Ubuntu.
    Apt,
    /// Fedora, RHEL.
    Dnf,
    /// Arch Linux.
    Pacman,
    /// macOS, and Linux as an addition.
    Brew,
    /// Windows.
    Winget,
}

impl PackageManager {
    const ALL: [Self; 5] = [Self::Apt, Self::Dnf, Self::Pacman, Self::Brew, Self::Winget];

    /// Returns the package manager of this machine, that of the operating system first.
    pub fn find(path: &ToolPath) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|manager| path.has(manager.program()))
    }

    const fn program(self) -> &'static str {
        match self {
            Self::Apt => "apt-get",
            Self::Dnf => "dnf",
            Self::Pacman => "pacman",
            Self::Brew => "brew",
            Self::Winget => "winget",
        }
    }

    /// Returns the command that installs a package.
    pub fn command(self, package: &str) -> String {
        match self {
            Self::Apt => format!("sudo apt-get install -y {package}"),
            Self::Dnf => format!("sudo dnf install -y {package}"),
            Self::Pacman => format!("sudo pacman -S --needed {package}"),
            Self::Brew => format!("brew install {package}"),
            Self::Winget => format!("winget install --exact --id {package}"),
        }
    }
}

/// The names of a program's package; `None` where no repository of the distribution has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packages {
    pub(crate) apt: Option<&'static str>,
    pub(crate) dnf: Option<&'static str>,
    pub(crate) pacman: Option<&'static str>,
    pub(crate) brew: Option<&'static str>,
    pub(crate) winget: Option<&'static str>,
}

impl Packages {
    /// Returns the command that installs the program on this machine, if there is a package.
    pub(crate) fn command(&self, manager: Option<PackageManager>) -> Option<String> {
        let manager = manager?;
        let package = match manager {
            PackageManager::Apt => self.apt,
            PackageManager::Dnf => self.dnf,
            PackageManager::Pacman => self.pacman,
            PackageManager::Brew => self.brew,
            PackageManager::Winget => self.winget,
        };
        Some(manager.command(package?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKAGES: Packages = Packages {
        apt: Some("docker.io"),
        dnf: None,
        pacman: Some("docker"),
        brew: Some("--cask docker"),
        winget: Some("Docker.DockerDesktop"),
    };

    #[test]
    fn command_fits_the_package_manager() {
        let command = |manager| PACKAGES.command(manager);
        for (manager, expected) in [
            (PackageManager::Apt, "sudo apt-get install -y docker.io"),
            (PackageManager::Pacman, "sudo pacman -S --needed docker"),
            (PackageManager::Brew, "brew install --cask docker"),
            (
                PackageManager::Winget,
                "winget install --exact --id Docker.DockerDesktop",
            ),
        ] {
            assert_eq!(command(Some(manager)).as_deref(), Some(expected));
        }
        assert_eq!(command(Some(PackageManager::Dnf)), None);
        assert_eq!(command(None), None);
    }

    #[cfg(unix)]
    #[test]
    fn package_manager_of_the_system_comes_before_homebrew() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a directory");
        let path = ToolPath::new(dir.path().into());
        assert_eq!(PackageManager::find(&path), None);
        for (name, expected) in [("brew", PackageManager::Brew), ("dnf", PackageManager::Dnf)] {
            let file = dir.path().join(name);
            std::fs::write(&file, "").expect("written");
            std::fs::set_permissions(&file, PermissionsExt::from_mode(0o755)).expect("changed");
            assert_eq!(PackageManager::find(&path), Some(expected));
        }
    }
}
