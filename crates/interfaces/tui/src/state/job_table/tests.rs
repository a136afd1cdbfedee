use super::*;
use crate::trial::job;

/// Returns jobs; a larger number is newer.
fn page(numbers: impl IntoIterator<Item = u32>) -> Vec<Job> {
    let jobs = numbers.into_iter().map(|number| {
        let mut job = job(number);
        job.created_at = odd_contracts::Timestamp::from_micros(i64::from(number));
        job
    });
    jobs.collect()
}

fn shown(table: &JobTable) -> Vec<JobId> {
    table.rows().iter().map(|row| row.id).collect()
}

fn ids(numbers: impl IntoIterator<Item = u32>) -> Vec<JobId> {
    numbers.into_iter().map(|number| job(number).id).collect()
}

fn cursor(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn older_jobs_are_kept_while_the_newest_page_reaches_them() {
    let mut table = JobTable::default();
    table.refresh(&page([4, 3]), cursor("3"));
    table.append(&page([2, 1]), cursor("1"));
    table.refresh(&page([5, 3]), cursor("3"));
    assert_eq!(shown(&table), ids([5, 3, 2, 1]), "4 no longer matches");
    assert_eq!(table.next_cursor, cursor("1"));
}

#[test]
fn no_job_is_missing_after_more_than_a_page_has_arrived() {
    let mut table = JobTable::default();
    table.refresh(&page([4, 3]), cursor("3"));
    table.append(&page([2, 1]), cursor("1"));
    table.refresh(&page([9, 8]), cursor("8"));
    assert_eq!(shown(&table), ids([9, 8]));
    assert_eq!(table.next_cursor, cursor("8"), "7 to 1 follow");
}

#[test]
fn empty_page_that_is_not_the_last_keeps_what_was_found_further_on() {
    let mut table = JobTable::default();
    table.refresh(&[], cursor("8"));
    assert_eq!(table.next_cursor, cursor("8"));
    table.append(&page([2, 1]), cursor("1"));
    table.refresh(&[], cursor("9"));
    assert_eq!(shown(&table), ids([2, 1]));
    assert_eq!(table.next_cursor, cursor("1"));
    table.append(&[], None);
    table.refresh(&[], cursor("9"));
    assert_eq!(table.next_cursor, None, "the search is not repeated");
    table.refresh(&[], None);
    assert!(table.rows().is_empty() && table.next_cursor.is_none());
}

#[test]
fn table_that_is_refreshed_for_long_is_bounded() {
    let limit = u32::try_from(JOB_LIMIT).expect("it fits");
    let mut table = JobTable::default();
    table.refresh(&page((1..=limit).rev()), cursor("1"));
    table.refresh(&page((limit - 5..=limit + 10).rev()), cursor("x"));
    assert_eq!(table.rows().len(), JOB_LIMIT);
    assert_eq!(table.rows()[0].id, job(limit + 10).id);
    assert_eq!(table.rows()[JOB_LIMIT - 1].id, job(11).id);
    assert_eq!(table.next_cursor, None);
    assert_eq!(table.position(job(11).id), Some(JOB_LIMIT - 1));
}
