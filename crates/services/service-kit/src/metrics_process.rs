//! Figures of the process, as other Prometheus clients export them. The kernel reports them on Linux only.

use crate::metrics_computed::{ComputedCounter, ComputedGauge};

/// The families of the process, by name.
pub(crate) struct ProcessMetrics {
    pub(crate) counters: Vec<(&'static str, ComputedCounter<f64>)>,
    pub(crate) gauges: Vec<(&'static str, ComputedGauge<f64>)>,
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn process_metrics() -> ProcessMetrics {
    ProcessMetrics {
        counters: Vec::new(),
        gauges: Vec::new(),
    }
}

#[cfg(target_os = "linux")]
pub(crate) fn process_metrics() -> ProcessMetrics {
    use linux::{cpu_seconds, max_fds, open_fds, resident_bytes, start_seconds};
    // The start of the process does not change.
    let started = start_seconds();
    ProcessMetrics {
        counters: vec![(
            "process_cpu_seconds",
            ComputedCounter::by_labels(|| single(cpu_seconds())),
        )],
        gauges: vec![
            (
                "process_resident_memory_bytes",
                ComputedGauge::by_labels(|| single(resident_bytes())),
            ),
            (
                "process_open_fds",
                ComputedGauge::by_labels(|| single(open_fds())),
            ),
            (
                "process_max_fds",
                ComputedGauge::by_labels(|| single(max_fds())),
            ),
            (
                "process_start_time_seconds",
                ComputedGauge::by_labels(move || single(started)),
            ),
        ],
    }
}

/// A family of one series; of none if the figure is not known.
#[cfg(target_os = "linux")]
fn single(value: Option<f64>) -> Vec<(Vec<(&'static str, String)>, f64)> {
    value.map(|value| (Vec::new(), value)).into_iter().collect()
}

#[cfg(target_os = "linux")]
#[expect(
    clippy::cast_precision_loss,
    reason = "figures of a process are far below 2^53"
)]
mod linux {
    use procfs::process::{LimitValue, Process};
    use procfs::{CurrentSI, KernelStats, WithCurrentSystemInfo};

    pub(super) fn cpu_seconds() -> Option<f64> {
        let stat = Process::myself().and_then(|process| process.stat()).ok()?;
        Some((stat.utime + stat.stime) as f64 / procfs::ticks_per_second() as f64)
    }

    pub(super) fn resident_bytes() -> Option<f64> {
        let stat = Process::myself().and_then(|process| process.stat()).ok()?;
        Some(stat.rss_bytes().get() as f64)
    }

    pub(super) fn open_fds() -> Option<f64> {
        let count = Process::myself().and_then(|process| process.fd_count());
        // One of them is the directory that is read to count them.
        count.ok().map(|count| count.saturating_sub(1) as f64)
    }

    pub(super) fn max_fds() -> Option<f64> {
        let limits = Process::myself().and_then(|process| process.limits());
        Some(match limits.ok()?.max_open_files.soft_limit {
            LimitValue::Value(limit) => limit as f64,
            LimitValue::Unlimited => f64::INFINITY,
        })
    }

    pub(super) fn start_seconds() -> Option<f64> {
        let stat = Process::myself().and_then(|process| process.stat()).ok()?;
        let booted = KernelStats::current().ok()?.btime;
        Some(booted as f64 + stat.starttime as f64 / procfs::ticks_per_second() as f64)
    }
}
