//! One suite per port. An adapter's tests hand in a fresh instance per check; an adapter that passes the suite
//! can stand behind the port.

pub mod archive;
pub mod bus;
mod check;
pub mod log;
pub mod random;
pub mod store;
mod store_fixture;
mod story;
pub mod views;

pub use check::{Check, run};
pub use store_fixture::StoreFixture;
pub use story::tell;
