use std::collections::BTreeMap;
use std::path::PathBuf;

use odd_contracts::{FieldError, json_pointer};
use serde::Deserialize;

use super::ProcessRunConfig;
use crate::InvalidPayload;
use crate::built_in::values::parse_object;

const MAX_ARGS: usize = 1_000;

/// Variables that change what a program loads or runs. The list cannot be complete; it blocks the well-known ways around the
/// allow list.
const LOADER_VARIABLES: [&str; 7] = [
    "PATH",
    "GCONV_PATH",
    "GLIBC_TUNABLES",
    "BASH_ENV",
    "ENV",
    "NODE_OPTIONS",
    "JAVA_TOOL_OPTIONS",
];

/// Prefixes of such variables. `ODD_` is reserved for the variables that the worker sets.
const LOADER_PREFIXES: [&str; 7] = [
    "LD_",
    "DYLD_",
    "BASH_FUNC_",
    "PYTHON",
    "PERL5",
    "RUBY",
    "ODD_",
];

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "an object such as {\"program\": \"/usr/bin/convert\", \"args\": []}"
)]
struct Payload {
    program: String,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    cwd: Option<PathBuf>,
    stdin: Option<String>,
}

/// A program and its input.
pub(super) struct Invocation {
    pub(super) program: PathBuf,
    pub(super) args: Vec<String>,
    pub(super) env: BTreeMap<String, String>,
    pub(super) cwd: Option<PathBuf>,
    pub(super) stdin: Option<String>,
}

/// Parses a payload and checks it against the allow list.
pub(super) fn read(
    payload: Option<&str>,
    config: &ProcessRunConfig,
) -> Result<Invocation, InvalidPayload> {
    let payload: Payload = parse_object(payload)?;
    let mut errors = Vec::new();
    let program = config
        .allow
        .iter()
        .find(|allowed| allowed.is(&payload.program));
    if program.is_none() {
        errors.push(error("/program", refusal(&payload.program, config)));
    }
    check_args(&payload.args, &mut errors);
    for (name, value) in &payload.env {
        if let Some(message) = refused_variable(name, value) {
            errors.push(error(json_pointer::child("/env", name), message));
        }
    }
    if payload.cwd.as_ref().is_some_and(|cwd| !cwd.is_absolute()) {
        errors.push(error("/cwd", "must be an absolute path"));
    }
    match program {
        Some(program) if errors.is_empty() => Ok(Invocation {
            program: program.path().clone(),
            args: payload.args,
            env: payload.env,
            cwd: payload.cwd,
            stdin: payload.stdin,
        }),
        _ => Err(InvalidPayload { errors }),
    }
}

fn error(pointer: impl Into<String>, message: impl Into<String>) -> FieldError {
    FieldError {
        pointer: pointer.into(),
        message: message.into(),
    }
}

/// Returns why `program` is refused, and how to allow it.
fn refusal(program: &str, config: &ProcessRunConfig) -> String {
    let is_off = config.allow.is_empty();
    let reason = match is_off {
        true => "is not allowed: process.run is off until the configuration lists programs",
        false => "is not in the list of allowed programs",
    };
    let Some(setting) = config.allow_setting else {
        return reason.to_owned();
    };
    // The setting separates its items by commas, so only a plain path is shown as an item.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if !program.starts_with('/') || !program.chars().all(is_plain) {
        return format!(
            "{reason}; {setting} lists them by absolute path, for example {setting}=/usr/bin/convert"
        );
    }
    match is_off {
        true => format!("{reason}; to allow it, set {setting}={program}"),
        false => format!("{reason}; to allow it, add {program} to {setting}"),
    }
}

fn check_args(args: &[String], errors: &mut Vec<FieldError>) {
    if args.len() > MAX_ARGS {
        errors.push(error(
            "/args",
            format!("must have at most {MAX_ARGS} items"),
        ));
    }
    if let Some(index) = args.iter().position(|arg| arg.contains('\0')) {
        errors.push(error(format!("/args/{index}"), "must not contain U+0000"));
    }
}

fn refused_variable(name: &str, value: &str) -> Option<&'static str> {
    if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
        return Some("is not a valid environment variable");
    }
    let is_reserved = LOADER_VARIABLES.contains(&name)
        || LOADER_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix));
    is_reserved.then_some("is reserved: it is set by the worker or changes what the program runs")
}
