use odd_client::{KnownValues, inert};
use odd_contracts::Job;

use super::State;

/// Largest number of values of one kind.
const MOST: usize = 100;

/// Rows of a table that are looked through.
const ROWS: usize = 1_000;

impl State {
    /// Returns the types, queues and tags in what is loaded: those of the newest jobs come first.
    pub(crate) fn known_values(&self) -> KnownValues {
        let mut known = KnownValues::default();
        if let Some(figures) = self.overview.figures.value() {
            figures
                .recent_jobs
                .iter()
                .for_each(|job| add_job(&mut known, job));
            for queue in &figures.queues {
                add(&mut known.queues, queue.queue.as_str());
            }
        }
        for row in self.jobs.rows().iter().take(ROWS) {
            add(&mut known.types, &row.job_type);
            add(&mut known.queues, &row.queue);
            row.tags.iter().for_each(|tag| add(&mut known.tags, tag));
        }
        if let Some(list) = self.queues.value() {
            let queues = list.queues.iter().take(MOST);
            queues.for_each(|queue| add(&mut known.queues, queue.queue.as_str()));
        }
        if let Some(list) = self.dead_letters.value() {
            list.jobs.iter().for_each(|job| add_job(&mut known, job));
        }
        for index in 0..self.events.all_len().min(ROWS) {
            if let Some(row) = self.events.newest(index) {
                add(&mut known.types, &row.job_type);
            }
        }
        known
    }
}

fn add_job(known: &mut KnownValues, job: &Job) {
    add(&mut known.types, job.job_type.as_str());
    add(&mut known.queues, job.queue.as_str());
    for tag in &job.tags {
        // A tag with such characters could not be typed either.
        if inert(tag) == *tag {
            add(&mut known.tags, tag);
        }
    }
}

fn add(values: &mut Vec<String>, value: &str) {
    if values.len() < MOST && values.iter().all(|known| known != value) {
        values.push(value.to_owned());
    }
}
