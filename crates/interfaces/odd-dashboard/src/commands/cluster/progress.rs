use std::collections::BTreeSet;

use odd_deploy::Snapshot;

use crate::commands::containers::{Progress, StartEvent, StepState};
use crate::failure::Failure;
use crate::output::Printer;

/// Reports the beginning and the end of a step.
pub(super) async fn step<T, E>(
    name: &str,
    text: &str,
    printer: Printer,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, Failure>
where
    Failure: From<E>,
{
    let state = StepState::Started;
    StartEvent::Step { name, state }.report(printer, text);
    let result = work.await?;
    let state = StepState::Done;
    StartEvent::Step { name, state }.report_to_program(printer);
    Ok(result)
}

/// Reports each service once it is ready, and each problem of a pod once.
pub(super) struct Rollout {
    printer: Printer,
    services: Progress,
    problems: BTreeSet<(String, String)>,
}

impl Rollout {
    pub(super) const fn new(printer: Printer) -> Self {
        Self {
            printer,
            services: Progress::new(printer),
            problems: BTreeSet::new(),
        }
    }

    pub(super) fn report(&mut self, snapshot: &Snapshot) {
        let workloads = snapshot.workloads.iter();
        self.services
            .report(workloads.map(|it| (&*it.name, it.is_ready)));
        for problem in &snapshot.problems {
            let key = (problem.pod.clone(), problem.reason.clone());
            if self.problems.insert(key) {
                let (pod, reason, message) = (&*problem.pod, &*problem.reason, &*problem.message);
                let text = format!("the pod {pod} does not start yet: {reason}: {message}");
                StartEvent::PodProblem {
                    pod,
                    reason,
                    message,
                }
                .report(self.printer, text.trim_end_matches(": "));
            }
        }
    }
}
