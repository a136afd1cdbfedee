//! The contract types and the schemas agree, and both reject what they should.

mod answers;
mod arbitrary;
mod events;
mod metrics_page;
mod submissions;
