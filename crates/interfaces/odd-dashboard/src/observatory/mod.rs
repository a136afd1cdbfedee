//! The composition root: the embedded deployment put together from its parts. The only place that knows which
//! adapter stands behind which port.

mod data_dir;
mod embedded;
mod listeners;
mod readiness;
mod roles;
mod running;

pub(crate) use data_dir::DataDir;
pub(crate) use embedded::{Embedded, open_log};
pub(crate) use listeners::{Listeners, RoleName};
pub(crate) use running::Observatory;
