//! Explains the state of a job: turns facts into sentences. Nothing here does I/O.

mod cause;
mod causes;
mod facts;
#[cfg(test)]
mod tests;
mod waiting;

pub(crate) use causes::explain;
pub(crate) use facts::Facts;
