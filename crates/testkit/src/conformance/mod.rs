//! One suite per port. The tests of an adapter pass a new instance to each check; an adapter that passes the suite
//! can be used behind the port.

pub mod archive;
pub mod bus;
mod check;
pub mod log;
pub mod random;
mod scenario;
pub mod store;
mod store_fixture;
pub mod views;

pub use check::{Check, run};
pub use scenario::run_one_of_each_event;
pub use store_fixture::StoreFixture;
