use std::path::PathBuf;

use ratatui::buffer::Buffer;
use tokio::sync::mpsc;

use super::observatory::Observatory;
use super::{links, setup, user_command};
use crate::launch::{LaunchTarget, LaunchUpdate, Launcher};
use crate::message::{Message, Notice};
use crate::screenshot::{self, Background};
use crate::setup::SetupProbes;

/// The work of the interface on this machine, in addition to the observatory that it shows.
#[derive(Debug)]
pub(crate) struct Workbench {
    pub(crate) launcher: Option<Launcher>,
    pub(crate) setup: Option<SetupProbes>,
    /// The file that remembers that the tour was offered.
    pub(crate) tour_marker: Option<PathBuf>,
    pub(crate) observatory: Option<Observatory>,
    pub(crate) messages: mpsc::Sender<Message>,
}

impl Workbench {
    /// Asks each URL whether it answers.
    pub(crate) fn check_links(&self, urls: Vec<String>) {
        links::check(urls, &self.messages);
    }

    /// Runs the checks of the prerequisites.
    pub(crate) fn check_setup(&self, run: u64) {
        if let Some(probes) = &self.setup {
            setup::check(run, probes, self.messages.clone());
        }
    }

    /// Starts an observatory.
    pub(crate) fn launch(&mut self, target: LaunchTarget) {
        let Some(launcher) = &self.launcher else {
            return;
        };
        match Observatory::start(launcher, target, self.messages.clone()) {
            Ok(observatory) => self.observatory = Some(observatory),
            Err(error) => {
                let program = launcher.program.display();
                let why = format!("cannot start {program}: {error}");
                self.send(Message::Launch(LaunchUpdate::NotStarted { why }));
            }
        }
    }

    /// Stops the observatory that was started here.
    pub(crate) fn stop_observatory(&self) {
        if let Some(observatory) = &self.observatory {
            observatory.stop();
        }
    }

    /// Saves a frame in the current directory.
    pub(crate) fn save_screenshot(&self, stem: String, frame: Buffer, background: Background) {
        let messages = self.messages.clone();
        tokio::task::spawn_blocking(move || {
            let saved = std::env::current_dir()
                .and_then(|directory| screenshot::save(&directory, &stem, &frame, background));
            let notice = match saved {
                Ok(path) => Notice::done(format!("saved {}, and the same as .txt", path.display())),
                Err(error) => {
                    Notice::failed(format!("no screenshot in the current directory: {error}"))
                }
            };
            let _ = messages.blocking_send(Message::Notice(notice));
        });
    }

    /// Notes that the tour was offered. Without the file, it is offered again at the next start.
    pub(crate) fn remember_tour(&self) {
        let Some(path) = self.tour_marker.clone() else {
            return;
        };
        tokio::task::spawn_blocking(move || {
            if let Some(parent) = path.parent() {
                let _ = std::fs::create_dir_all(parent);
            }
            let _ = std::fs::write(path, "The tour of the terminal interface was offered.\n");
        });
    }

    /// Runs a program of the user; its end follows as [`Message::CommandEnded`].
    pub(crate) fn run_command(&self, name: String, argv: Vec<String>, wait: bool) {
        let messages = self.messages.clone();
        tokio::spawn(async move {
            let end = user_command::run(&argv).await;
            let _ = messages
                .send(Message::CommandEnded { name, wait, end })
                .await;
        });
    }

    fn send(&self, message: Message) {
        let messages = self.messages.clone();
        tokio::spawn(async move {
            let _ = messages.send(message).await;
        });
    }
}
