use odd_doctor::Checkup;
use tokio::sync::mpsc;

use crate::message::Message;
use crate::setup::{SetupProbes, SetupUpdate};

/// Runs the checks of the prerequisites, and sends each as it finishes.
pub(super) fn check(run: u64, probes: &SetupProbes, messages: mpsc::Sender<Message>) {
    let probes = probes.create();
    tokio::spawn(async move {
        let planned = probes
            .iter()
            .map(|probe| (probe.group(), probe.title().to_owned()));
        let started = SetupUpdate::Started(planned.collect());
        if messages.send(Message::Setup(run, started)).await.is_err() {
            return;
        }
        let mut checkup = Checkup::start(probes);
        while let Some(check) = checkup.next().await {
            let finished = SetupUpdate::Finished(Box::new(check));
            if messages.send(Message::Setup(run, finished)).await.is_err() {
                return;
            }
        }
        let _ = messages.send(Message::Setup(run, SetupUpdate::Done)).await;
    });
}
