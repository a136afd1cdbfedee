use std::path::Path;

use odd_service_kit::{ComputedGauge, Metrics};

/// Registers the gauges of the file system that contains `data_dir`. They have no value while it cannot be read.
pub(crate) fn register_disk(metrics: &mut Metrics, data_dir: &Path) {
    let gauge = |read: fn(&Path) -> std::io::Result<u64>| {
        let path = data_dir.to_owned();
        ComputedGauge::by_labels(move || {
            let bytes = read(&path).ok();
            bytes.map(|bytes| (Vec::new(), bytes)).into_iter().collect()
        })
    };
    // Space for this process: some file systems reserve a part for the superuser.
    let free = gauge(|path| fs4::available_space(path));
    metrics.register("observatory_data_dir_free_bytes", free);
    let size = gauge(|path| fs4::total_space(path));
    metrics.register("observatory_data_dir_size_bytes", size);
}
