use std::fs;
use std::path::{Path, PathBuf};

use super::exposition::role_urls;
use super::report::Report;
use super::work::Work;
use crate::commands::deployment::Deployment;
use crate::failure::Failure;

/// The artifacts of a failed run: the report, every answer, the metrics of every role, and the logs.
pub(super) struct Evidence {
    folder: PathBuf,
}

impl Evidence {
    /// Creates a folder of its own for the run, named after its job.
    pub(super) fn new(folder: &Path, work: &Work) -> Self {
        Self {
            folder: folder.join(work.job_id.to_string()),
        }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes the artifacts. Log files that cannot be read are left out with a note in their place.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub(super) async fn write(
        &self,
        deployment: &Deployment,
        report: &Report,
        logs: &[PathBuf],
    ) -> Result<(), Failure> {
        let json = serde_json::to_string_pretty(report).map_err(anyhow::Error::from)?;
        self.file("report.json", &json)?;
        self.file("report.txt", &report.text())?;
        for (role, url) in role_urls(deployment).await.unwrap_or_default() {
            let metrics = deployment.role(&url, "/metrics").await;
            let text = metrics.map_or_else(|why| why, |answer| answer.body);
            self.file(
                &format!("metrics/{}.txt", file_name(&format!("{role} {url}"))),
                &text,
            )?;
        }
        for (number, (request, answer)) in deployment.exchanges().into_iter().enumerate() {
            let name = format!("responses/{number:04}-{}.txt", file_name(&request));
            let text = format!("{request}\n{}\n\n{}\n", answer.status, answer.body);
            self.file(&name, &text)?;
        }
        for (number, log) in logs.iter().enumerate() {
            let base = log.file_name().unwrap_or_default().to_string_lossy();
            let name = format!("logs/{number:02}-{}", file_name(&base));
            self.file(&name, "")?;
            if let Err(error) = fs::copy(log, self.folder.join(&name)) {
                self.file(
                    &name,
                    &format!("{} cannot be read: {error}\n", log.display()),
                )?;
            }
        }
        Ok(())
    }

    fn file(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.folder.join(name);
        let written = path
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, text));
        written.map_err(|error| {
            Failure::failed(format!("cannot write {}", path.display())).cause(error)
        })
    }
}

/// Returns a file name that resembles `text`.
fn file_name(text: &str) -> String {
    const LONGEST: usize = 80;
    let legal = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' => character,
        _ => '_',
    };
    text.chars().take(LONGEST).map(legal).collect()
}
