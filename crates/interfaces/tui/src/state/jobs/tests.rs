use std::time::Duration;

use super::*;
use crate::trial::job;

const NOW: Duration = Duration::from_secs(10);

fn list(numbers: impl IntoIterator<Item = u32>, next: Option<&str>) -> JobList {
    let jobs = numbers.into_iter().map(|number| {
        let mut job = job(number);
        job.created_at = Timestamp::from_micros(i64::from(number));
        job
    });
    JobList {
        stopped_at_bound: false,
        jobs: jobs.collect(),
        next_cursor: next.map(str::to_owned),
    }
}

fn loaded(numbers: impl IntoIterator<Item = u32>, next: Option<&str>) -> Jobs {
    let mut jobs = Jobs::default();
    newest(&mut jobs, list(numbers, next));
    jobs
}

fn newest(jobs: &mut Jobs, list: JobList) {
    let page = jobs.first_page(Timestamp::from_micros(0));
    jobs.take(&page, Ok(list), NOW, 10);
}

fn following(jobs: &mut Jobs) -> JobsPage {
    let now = Now {
        wall: Timestamp::from_micros(0),
        elapsed: NOW,
    };
    jobs.begin_following(now).expect("there is a page")
}

#[test]
fn page_after_jobs_that_are_no_longer_loaded_is_not_added() {
    let mut jobs = loaded([5, 4], Some("4"));
    let late = following(&mut jobs);
    newest(&mut jobs, list([9, 8], Some("8")));
    jobs.take(&late, Ok(list([3, 2], Some("2"))), NOW, 10);
    assert_eq!(jobs.rows().len(), 2, "7 and 6 would be missing");
    let next = following(&mut jobs);
    assert_eq!(next.query.cursor.as_deref(), Some("8"));
}

#[test]
fn selected_job_stays_selected_when_older_ones_are_sorted_in() {
    let mut jobs = loaded([5, 4], Some("4"));
    (jobs.sort, jobs.is_reversed) = (SortKey::Created, true);
    jobs.resort(10);
    jobs.cursor.select(1, 2, 10);
    let selected = jobs.selected().map(|row| row.id);
    assert_eq!(selected, Some(job(5).id));
    let page = following(&mut jobs);
    jobs.take(&page, Ok(list([3, 2], None)), NOW, 10);
    assert_eq!(jobs.selected().map(|row| row.id), selected);
}
