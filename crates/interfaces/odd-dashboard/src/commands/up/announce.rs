use std::io::IsTerminal;
use std::path::Path;

use serde_json::json;

use crate::context::Context;
use crate::observatory::RoleName;
use crate::output::{inert, pairs};

/// Says where each role listens, to a program; a person is told when there is something to see. An observatory
/// whose announcements nobody reads any more goes on: it has other work.
pub(super) fn listening(context: &Context, urls: &[(RoleName, String)]) {
    if std::io::stdout().is_terminal() {
        return;
    }
    for (role, url) in urls {
        let line = json!({"event": "listening", "role": role.as_str(), "url": url});
        let _ = context.printer.line(&line.to_string());
    }
}

/// Says that everything works.
pub(super) fn ready(context: &Context, urls: &[(RoleName, String)], data_dir: &Path) {
    if !std::io::stdout().is_terminal() {
        let _ = context.printer.line(&json!({"event": "ready"}).to_string());
        return;
    }
    let mut rows: Vec<(&str, String)> = urls
        .iter()
        .map(|(role, url)| (role.as_str(), format!("{url}    documentation {url}/docs")))
        .collect();
    rows.push(("data", inert(&data_dir.display().to_string()).into_owned()));
    let _ = context
        .printer
        .data(&format!("The observatory is ready.\n\n{}\n", pairs(&rows)));
    context.printer.note(
        "Try `odd-dashboard submit echo '{\"hello\":\"world\"}' --wait` in another terminal. Ctrl+C stops it.",
    );
}
