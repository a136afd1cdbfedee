use std::io::IsTerminal;
use std::path::Path;

use serde::Serialize;

use odd_client::inert;

use crate::output::{Printer, pairs};
use crate::role_name::RoleName;

/// A line of JSON on standard output that tells a program how far the start is. Part of the interface.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(super) enum Announcement<'a> {
    /// Where the observatory keeps its data, an absolute path, and the id of its process.
    DataDirectory { path: &'a str, pid: u32 },
    /// A role listens at this URL; it may not be ready yet.
    Listening { role: &'a str, url: &'a str },
    /// Every role of the process can do its work.
    Ready,
}

impl<'a> Announcement<'a> {
    /// Returns the line about the second address of the web-pty-server.
    pub(super) const fn pty_metrics(url: &'a str) -> Self {
        Self::Listening {
            role: "web-pty-metrics",
            url,
        }
    }

    /// Prints the line. The process continues when standard output is closed.
    pub(super) fn print(&self, printer: Printer) {
        let line = serde_json::to_string(self).expect("an announcement is JSON");
        let _ = printer.line(&line);
    }
}

/// What `up` reports while it starts: lines of JSON for a program, or one summary on a terminal.
pub(super) struct UpAnnouncements<'a> {
    pub(super) printer: Printer,
    /// Absolute, because a program that reads it may run in another directory.
    pub(super) data_dir: &'a Path,
    pub(super) urls: &'a [(RoleName, String)],
    /// The health and metrics of the web-pty-server.
    pub(super) pty_metrics_url: &'a str,
}

impl UpAnnouncements<'_> {
    /// Reports the data directory and the addresses, to a program.
    pub(super) fn listening(&self) {
        if std::io::stdout().is_terminal() {
            return;
        }
        let path = &self.data_dir.to_string_lossy();
        let pid = std::process::id();
        Announcement::DataDirectory { path, pid }.print(self.printer);
        for (role, url) in self.urls {
            let role = role.as_str();
            Announcement::Listening { role, url }.print(self.printer);
        }
        Announcement::pty_metrics(self.pty_metrics_url).print(self.printer);
    }

    /// Reports that every role can do its work.
    pub(super) fn ready(&self) {
        if !std::io::stdout().is_terminal() {
            Announcement::Ready.print(self.printer);
            return;
        }
        let urls = self.urls.iter();
        let mut rows: Vec<(&str, String)> = urls
            .map(|(role, url)| {
                let page = match role {
                    RoleName::Web => "dashboard for browsers".to_owned(),
                    _ => format!("documentation {url}/docs"),
                };
                (role.as_str(), format!("{url}    {page}"))
            })
            .collect();
        let data_dir = self.data_dir.display().to_string();
        rows.push(("data", inert(&data_dir).into_owned()));
        rows.push(("process", std::process::id().to_string()));
        let _ = self
            .printer
            .data(&format!("The observatory is ready.\n\n{}\n", pairs(&rows)));
        self.printer.note(
            "Try `odd-dashboard submit echo '{\"hello\":\"world\"}' --wait` in another terminal. Ctrl+C stops it.",
        );
    }
}
