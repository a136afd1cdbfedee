//! One file for each dashboard.

mod cluster_stores;
mod job_slas;
mod job_type;
mod queue_health;
mod service_health;
mod system_overview;

use super::dashboard::Dashboard;

/// Returns every dashboard.
pub(super) fn all() -> Vec<Dashboard> {
    vec![
        system_overview::dashboard(),
        service_health::dashboard(),
        queue_health::dashboard(),
        job_slas::dashboard(),
        job_type::dashboard(),
        cluster_stores::dashboard(),
    ]
}
