//! Why a job is where it is: facts in, sentences out. Nothing here does I/O.

mod causes;
mod facts;
#[cfg(test)]
mod tests;
mod waiting;

pub(crate) use causes::explain;
pub(crate) use facts::Facts;
