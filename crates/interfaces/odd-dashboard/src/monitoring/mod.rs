//! The documents of `contracts/` and `infra/` about monitoring, as the commands that check a deployment use them.

mod dashboards;
mod metric_contract;

pub(crate) use self::dashboards::{Dashboard, dashboards};
pub(crate) use self::metric_contract::{always_present, deployment_of};
