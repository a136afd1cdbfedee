use std::path::Path;

use super::interface::Interface;
use crate::targets::Table;
use crate::targets::Target::AtMost;

/// Number of times that the help is opened and closed.
const SAMPLES: usize = 200;

/// Measures the time from a key until the cells that it changes are on the screen.
pub(super) fn measure(
    binary: &Path,
    url: &str,
    [median, p99]: &[&'static str; 2],
    table: &mut Table,
) -> anyhow::Result<()> {
    let mut ui = Interface::open(binary, url)?;
    let mut times = Vec::new();
    for _ in 0..SAMPLES {
        times.push(ui.time_of_key("?", "Everywhere", true)?);
        times.push(ui.time_of_key("esc", "Everywhere", false)?);
    }
    times.sort_by(f64::total_cmp);
    table.add(median, "ms", AtMost(50.0), times[times.len() / 2]);
    table.add(p99, "ms", AtMost(50.0), times[times.len() * 99 / 100]);
    Ok(())
}
