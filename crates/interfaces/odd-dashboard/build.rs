//! Records the commit, build time, compiler and target for `odd-dashboard version`.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

fn main() {
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    println!("cargo::rerun-if-env-changed=ODD_BUILD_COMMIT");
    watch_git_head();
    emit("ODD_BUILD_COMMIT", &commit());
    emit("ODD_BUILD_EPOCH", &build_epoch().to_string());
    emit("ODD_BUILD_RUSTC", &rustc());
    emit(
        "ODD_BUILD_TARGET",
        &std::env::var("TARGET").unwrap_or_default(),
    );
}

fn emit(name: &str, value: &str) {
    println!("cargo::rustc-env={name}={value}");
}

/// The variable has precedence, because a source archive has no repository.
fn commit() -> String {
    std::env::var("ODD_BUILD_COMMIT")
        .ok()
        .or_else(|| output_of("git", &["rev-parse", "--short=12", "HEAD"]))
        .unwrap_or_else(|| "unknown".to_owned())
}

/// `SOURCE_DATE_EPOCH` makes the build reproducible: <https://reproducible-builds.org/specs/source-date-epoch/>.
fn build_epoch() -> u64 {
    std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or_else(|| {
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| since.as_secs())
        })
}

fn rustc() -> String {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = output_of(&rustc, &["--version"]).unwrap_or_default();
    version
        .split_whitespace()
        .nth(1)
        .unwrap_or("unknown")
        .to_owned()
}

/// Rebuilds after each commit, because the binary reports it.
fn watch_git_head() {
    for name in ["HEAD", "logs/HEAD"] {
        if let Some(path) = output_of("git", &["rev-parse", "--git-path", name]) {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    println!("cargo::rerun-if-changed=build.rs");
}

fn output_of(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
}
