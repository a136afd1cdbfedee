//! The real executable: its commands, its output, its exit codes, and an observatory of its own behind them.

mod batches;
mod bench;
mod configuration;
mod help;
mod jobs;
mod lifecycle;
mod offline;
mod program;
mod terminal;
mod tokens;
mod up;
