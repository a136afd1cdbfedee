use std::sync::Arc;

use odd_core::QuarantineCounter;
use odd_core::ports::StoreStatistics;

use crate::Metrics;
use crate::metrics_computed::{ComputedCounter, ComputedGauge};

impl Metrics {
    /// Adds the families about the transactions and connections of the store that the role uses.
    pub fn register_store(&mut self, store: &Arc<dyn StoreStatistics>) {
        let read = || {
            let store = Arc::clone(store);
            move || store.figures()
        };
        let figures = read();
        let transactions = ComputedCounter::by_labels(move || {
            let figures = figures();
            vec![
                (label("outcome", "committed"), figures.committed),
                (label("outcome", "rolled_back"), figures.rolled_back),
            ]
        });
        self.register("observatory_store_transactions", transactions);
        let figures = read();
        self.read_histogram("observatory_store_transaction_seconds", move || {
            figures().durations
        });
        let figures = read();
        let jumps = ComputedCounter::single(move || figures().clock_jump_seconds);
        self.register("observatory_store_clock_jump_seconds", jumps);
        let figures = read();
        let connections = ComputedGauge::by_labels(move || {
            let figures = figures();
            vec![
                (label("state", "used"), figures.used_connections),
                (label("state", "idle"), figures.idle_connections),
            ]
        });
        self.register("observatory_store_pool_connections", connections);
        let figures = read();
        let waiters = ComputedGauge::single(move || figures().waiters);
        self.register("observatory_store_pool_waiters", waiters);
    }

    /// Adds the family that counts quarantined messages.
    pub fn register_quarantined(&mut self, quarantined: &QuarantineCounter) {
        let quarantined = quarantined.clone();
        let messages = ComputedCounter::single(move || quarantined.get());
        self.register("observatory_messages_parked", messages);
    }
}

fn label(name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    vec![(name, value.to_owned())]
}
