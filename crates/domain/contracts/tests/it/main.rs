//! The contract documents and the types agree, and both refuse what they should.

mod arbitrary;
mod compat;
mod event_checker;
mod submissions;
