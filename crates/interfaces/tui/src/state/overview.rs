use odd_contracts::{
    HealthSummary, JobId, Overview as Figures, Timeseries, TimeseriesMetric, TimeseriesWindow,
};

use super::Cursor;
use crate::data::Resource;

/// The series that the charts show.
pub(crate) const CHARTED: [TimeseriesMetric; 6] = [
    TimeseriesMetric::Submitted,
    TimeseriesMetric::Completed,
    TimeseriesMetric::Failed,
    TimeseriesMetric::RunP50,
    TimeseriesMetric::RunP95,
    TimeseriesMetric::RunP99,
];

/// The start page.
#[derive(Debug, Default)]
pub(crate) struct Overview {
    pub(crate) figures: Resource<Box<Figures>>,
    pub(crate) health: Resource<HealthSummary>,
    pub(crate) window: TimeseriesWindow,
    series: [Resource<Timeseries>; CHARTED.len()],
    pub(crate) cursor: Cursor,
}

impl Overview {
    /// Returns a series of the charts.
    pub(crate) fn series(&self, metric: TimeseriesMetric) -> Option<&Resource<Timeseries>> {
        position(metric).map(|index| &self.series[index])
    }

    /// Returns a series of the charts.
    pub(crate) fn series_mut(
        &mut self,
        metric: TimeseriesMetric,
    ) -> Option<&mut Resource<Timeseries>> {
        position(metric).map(|index| &mut self.series[index])
    }

    /// Changes the time range of the charts.
    pub(crate) fn next_window(&mut self) {
        let all = TimeseriesWindow::ALL;
        let index = all.iter().position(|window| *window == self.window);
        self.window = all[(index.unwrap_or(0) + 1) % all.len()];
        for series in &mut self.series {
            series.reset();
        }
    }

    pub(crate) fn selected_job(&self) -> Option<JobId> {
        let jobs = &self.figures.value()?.recent_jobs;
        jobs.get(self.cursor.selected()).map(|job| job.id)
    }
}

fn position(metric: TimeseriesMetric) -> Option<usize> {
    CHARTED.iter().position(|known| *known == metric)
}
