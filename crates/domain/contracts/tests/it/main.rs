//! The contract types and the schemas agree, and both reject what they should.

mod arbitrary;
mod event_checker;
mod submissions;
