use std::path::{Path, PathBuf};
use std::process::Command;

use crate::search_path::{entries, in_folder, in_path};

const OLDEST: u32 = 15;

/// Returns the folder with the programs of the newest supported version.
pub(super) fn find() -> Option<PathBuf> {
    let in_path = in_path("postgres")
        .and_then(|program| program.canonicalize().ok())
        .and_then(|program| Some(program.parent()?.to_owned()));
    // Packages of Debian, of PostgreSQL for Fedora and similar systems, and of Homebrew on both architectures.
    let debian = entries("/usr/lib/postgresql")
        .into_iter()
        .map(|version| version.join("bin"));
    let fedora = named_postgres("/usr", "pgsql-");
    let mac = named_postgres("/opt/homebrew/opt", "postgresql@");
    let old_mac = named_postgres("/usr/local/opt", "postgresql@");
    in_path
        .into_iter()
        .chain(debian)
        .chain(fedora)
        .chain(mac)
        .chain(old_mac)
        .filter_map(|folder| Some((version(&folder)?, folder)))
        .filter(|(version, _)| *version >= OLDEST)
        .max_by_key(|(version, _)| *version)
        .map(|(_, folder)| folder)
}

fn named_postgres(folder: &str, prefix: &'static str) -> impl Iterator<Item = PathBuf> {
    let is_postgres = move |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(prefix)
    };
    entries(folder)
        .into_iter()
        .filter(is_postgres)
        .map(|path| path.join("bin"))
}

/// Returns the major version if both programs exist.
fn version(folder: &Path) -> Option<u32> {
    in_folder(folder, "initdb")?;
    let output = Command::new(in_folder(folder, "postgres")?)
        .arg("--version")
        .output()
        .ok()?;
    parse_version(&String::from_utf8_lossy(&output.stdout))
}

/// Parses `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)` or `postgres (PostgreSQL) 18beta1`.
fn parse_version(text: &str) -> Option<u32> {
    let (_, version) = text.split_once("(PostgreSQL) ")?;
    let end = version.find(|letter: char| !letter.is_ascii_digit());
    version[..end.unwrap_or(version.len())].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn major_version_is_parsed() {
        for (text, expected) in [
            (
                "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)",
                Some(15),
            ),
            ("postgres (PostgreSQL) 18beta1", Some(18)),
            ("postgres (PostgreSQL) 17", Some(17)),
            ("something else", None),
        ] {
            assert_eq!(parse_version(text), expected, "{text}");
        }
    }
}
