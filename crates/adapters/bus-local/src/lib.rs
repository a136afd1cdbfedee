//! EventBus inside one process, replaying from the store
