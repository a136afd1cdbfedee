//! The read model over real HTTP, each test with a store, views and bus of its own.

mod contract;
mod events;
mod explain;
mod figures;
mod freshness;
mod jobs;
mod neighbours;
mod observatory;
mod refusals;
mod stream;
mod stream_reader;
