//! The gateway over real HTTP, with a store of its own for every test.

mod batch;
mod bodies;
mod commands;
mod contract;
mod dead_letters;
mod failing_store;
mod gateway;
mod idempotency;
mod submit;
mod tokens;
