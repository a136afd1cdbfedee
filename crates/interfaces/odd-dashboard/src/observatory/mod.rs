//! The composition root: the embedded deployment, and each role of the distributed one, put together from their parts. The only place that knows which
//! adapter stands behind which port.

mod cluster;
mod data_dir;
mod embedded;
mod listeners;
mod readiness;
mod rebuilding;
mod roles;
mod running;
mod serving;
mod trust;
mod waiting;

pub(crate) use data_dir::DataDir;
pub(crate) use embedded::{Embedded, open_log};
pub(crate) use listeners::{Listeners, RoleName, bind, url};
pub(crate) use rebuilding::rebuild_cluster_views;
pub(crate) use running::Observatory;
pub(crate) use serving::serve;
