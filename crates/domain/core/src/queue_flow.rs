use std::collections::BTreeMap;

use odd_contracts::QueueName;
use serde::{Deserialize, Serialize};

/// Jobs that entered and left a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QueueFlow {
    /// Accepted jobs.
    pub submitted: u64,
    /// Jobs that were completed, failed or cancelled.
    pub finished: u64,
}

/// The flow of each queue that jobs entered or left.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct QueueFlows(BTreeMap<QueueName, QueueFlow>);

impl QueueFlows {
    /// Returns the flow of a queue, to change it.
    pub fn of(&mut self, queue: &QueueName) -> &mut QueueFlow {
        // Looked up twice, because `entry` would copy the name for every event.
        if !self.0.contains_key(queue) {
            self.0.insert(queue.clone(), QueueFlow::default());
        }
        self.0.get_mut(queue).expect("inserted above")
    }

    /// Adds the flows of the same time from another place.
    pub fn merge(&mut self, other: &Self) {
        for (queue, flow) in other.iter() {
            let sum = self.of(queue);
            sum.submitted += flow.submitted;
            sum.finished += flow.finished;
        }
    }

    /// Returns the queues by name, and their flows.
    pub fn iter(&self) -> impl Iterator<Item = (&QueueName, QueueFlow)> {
        self.0.iter().map(|(queue, flow)| (queue, *flow))
    }
}
