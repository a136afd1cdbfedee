use crate::launch::LaunchTarget;

/// Steps that are listed.
const MAX_STEPS: usize = 16;

/// Services that are listed.
const MAX_SERVICES: usize = 64;

/// The roles of one process that listen before it becomes ready.
const ROLES: usize = 4;

/// The steps of a cluster, in their order.
const CLUSTER: [(&str, &str); 6] = [
    ("prerequisites", "Docker, kind and kubectl"),
    ("cluster", "of kind, with one node"),
    ("images", "those of this machine"),
    ("manifests", ""),
    ("rollout", "downloads the images at first: some minutes"),
    ("forwards", "every page on this machine"),
];

/// How far a start is.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(crate) steps: Vec<Step>,
    /// Why something does not start yet.
    pub(crate) problem: Option<String>,
    services: Vec<String>,
    target: LaunchTarget,
}

/// A step of a start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) detail: String,
    pub(crate) phase: StepPhase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StepPhase {
    Waiting,
    Running,
    Done,
}

impl Step {
    fn new(name: &str, detail: &str, phase: StepPhase) -> Self {
        Self {
            name: name.to_owned(),
            detail: detail.to_owned(),
            phase,
        }
    }
}

impl Progress {
    pub(crate) fn of(target: LaunchTarget) -> Self {
        let mut steps = vec![Step::new("process", "", StepPhase::Running)];
        if target == LaunchTarget::Cluster {
            steps.extend(CLUSTER.map(|(name, text)| Step::new(name, text, StepPhase::Waiting)));
        }
        Self {
            steps,
            target,
            ..Self::default()
        }
    }

    /// Whether a cluster may exist: the programs that control it were found.
    pub(crate) fn has_begun(&self) -> bool {
        let mut steps = self.steps.iter();
        steps.any(|step| step.name == CLUSTER[0].0 && step.phase == StepPhase::Done)
    }

    /// Notes that the process runs.
    pub(crate) fn start(&mut self, pid: u32) {
        if let Some(process) = self.steps.first_mut() {
            process.phase = StepPhase::Done;
            process.detail = format!("process {pid}");
        }
        if self.target == LaunchTarget::Process {
            let listening = Step::new("listening", "", StepPhase::Running);
            self.steps.push(listening);
        }
    }

    /// Notes that a role of the process listens. What a cluster forwards is its last step.
    pub(crate) fn add_role(&mut self, role: &str, url: &str) {
        if self.target == LaunchTarget::Cluster || self.steps.len() >= MAX_STEPS {
            return;
        }
        let step = Step::new(role, url, StepPhase::Done);
        self.steps.insert(self.steps.len().saturating_sub(1), step);
        let roles = self.steps.len().saturating_sub(2);
        if let Some(last) = self.steps.last_mut()
            && roles >= ROLES
        {
            "ready".clone_into(&mut last.name);
        }
    }

    /// Notes the beginning or the end of a step.
    pub(crate) fn set(&mut self, name: &str, is_done: bool) {
        let phase = match is_done {
            true => StepPhase::Done,
            false => StepPhase::Running,
        };
        self.problem = None;
        match self.steps.iter().position(|step| step.name == name) {
            Some(index) => self.steps[index].phase = phase,
            None if self.steps.len() < MAX_STEPS => self.steps.push(Step::new(name, "", phase)),
            None => {}
        }
    }

    /// Notes that a service is ready, which the step that runs waits for.
    pub(crate) fn add_service(&mut self, service: String) {
        if self.services.len() < MAX_SERVICES {
            self.services.push(service);
        }
        let mut steps = self.steps.iter_mut();
        if let Some(step) = steps.find(|step| step.phase == StepPhase::Running) {
            step.detail = format!("ready: {}", self.services.join(", "));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phases(progress: &Progress) -> Vec<(&str, StepPhase)> {
        let steps = progress.steps.iter();
        steps.map(|step| (&*step.name, step.phase)).collect()
    }

    #[test]
    fn process_is_ready_after_its_roles_listen() {
        use StepPhase::{Done, Running};
        let mut progress = Progress::of(LaunchTarget::Process);
        assert_eq!(phases(&progress), [("process", Running)]);
        progress.start(7);
        progress.add_role("gateway", "u");
        let expected = [("process", Done), ("gateway", Done), ("listening", Running)];
        assert_eq!(phases(&progress), expected);
        for role in ["processor", "read-model", "web"] {
            progress.add_role(role, "u");
        }
        assert_eq!(phases(&progress).last(), Some(&("ready", Running)));
    }

    #[test]
    fn steps_of_a_cluster_are_known_before_they_begin() {
        use StepPhase::{Done, Running, Waiting};
        let mut progress = Progress::of(LaunchTarget::Cluster);
        progress.start(7);
        progress.set("prerequisites", true);
        progress.set("cluster", false);
        progress.set("of a later version", false);
        let expected = [
            ("process", Done),
            ("prerequisites", Done),
            ("cluster", Running),
            ("images", Waiting),
            ("manifests", Waiting),
            ("rollout", Waiting),
            ("forwards", Waiting),
            ("of a later version", Running),
        ];
        assert_eq!(phases(&progress), expected);
    }

    #[test]
    fn ready_services_are_those_of_the_step_that_runs() {
        let mut progress = Progress::of(LaunchTarget::Cluster);
        progress.start(7);
        progress.set("rollout", false);
        progress.add_service("redis".into());
        progress.add_service("gateway".into());
        let rollout = progress.steps.iter().find(|step| step.name == "rollout");
        assert_eq!(rollout.expect("known").detail, "ready: redis, gateway");
    }

    #[test]
    fn list_is_bounded() {
        let mut progress = Progress::of(LaunchTarget::Cluster);
        for number in 0..100 {
            progress.set(&number.to_string(), true);
        }
        assert_eq!(progress.steps.len(), MAX_STEPS);
    }
}
