//! A bus with scripted entries.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use odd_core::ports::{EventBus, EventStream, LogRecord, Position, StoreError};

/// Sends its entries to each follower, a few at a time. The stream of the first follower fails after its first entries.
#[derive(Clone)]
pub(crate) struct ScriptedBus {
    entries: Arc<[LogRecord]>,
    step: usize,
    cut_off: Arc<Mutex<bool>>,
}

impl ScriptedBus {
    pub(crate) fn new(entries: Vec<LogRecord>, step: usize, cuts_off: bool) -> Self {
        Self {
            entries: entries.into(),
            step,
            cut_off: Arc::new(Mutex::new(cuts_off)),
        }
    }
}

#[async_trait]
impl EventBus for ScriptedBus {
    async fn subscribe(&self, after: Position) -> Result<Box<dyn EventStream>, StoreError> {
        let cut_off = std::mem::take(&mut *self.cut_off.lock().expect("not poisoned"));
        Ok(Box::new(Script {
            bus: self.clone(),
            after,
            steps_left: if cut_off { 1 } else { usize::MAX },
        }))
    }
}

struct Script {
    bus: ScriptedBus,
    after: Position,
    steps_left: usize,
}

#[async_trait]
impl EventStream for Script {
    async fn next(&mut self) -> Result<Vec<LogRecord>, StoreError> {
        if self.steps_left == 0 {
            return Err(StoreError::Unavailable("injected by the test".into()));
        }
        self.steps_left -= 1;
        let later = self
            .bus
            .entries
            .iter()
            .filter(|entry| entry.position > self.after);
        let step: Vec<LogRecord> = later.take(self.bus.step).cloned().collect();
        match step.last() {
            Some(last) => self.after = last.position,
            None => std::future::pending().await,
        }
        Ok(step)
    }
}
