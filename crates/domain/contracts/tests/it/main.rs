//! The contract documents and the types agree, and both refuse what they should.

mod arbitrary;
mod check;
mod compat;
mod documents;
mod event_checker;
mod submissions;
