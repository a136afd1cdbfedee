//! The composition root: the embedded deployment, and each role of the distributed one, put together from their parts. The only place that knows which
//! adapter stands behind which port.

mod cluster;
mod data_dir;
mod embedded;
mod listeners;
mod readiness;
mod roles;
mod running;
mod serving;

pub(crate) use data_dir::DataDir;
pub(crate) use embedded::{Embedded, open_log};
pub(crate) use listeners::{Listeners, RoleName, bind, url};
pub(crate) use running::Observatory;
pub(crate) use serving::serve;
