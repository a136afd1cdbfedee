use odd_core::NewJob;
use odd_core::ports::{JobQuery, SortOrder};
use odd_testkit::build::new_job;
use odd_testkit::postgres_fixture;

/// More jobs than two pages scan.
const MANY: usize = 12_000;

/// The jobs that the queries match: two at each end.
const RARE: [usize; 4] = [0, 1, 11_998, 11_999];

/// Reads all pages. Returns the numbers of the found jobs, and the number of pages.
async fn follow(query: JobQuery, jobs: &[NewJob]) -> (Vec<usize>, usize) {
    let fixture = postgres_fixture().await;
    fixture.store.submit(jobs.into()).await.expect("accepted");
    let (mut found, mut pages, mut cursor) = (Vec::new(), 0, None);
    loop {
        let query = JobQuery {
            cursor,
            limit: 2,
            ..query.clone()
        };
        let page = fixture.reader.jobs(query).await.expect("a page");
        pages += 1;
        assert!(page.jobs.len() <= 2 && pages < 100, "page {pages}");
        let number = |id| jobs.iter().position(|job| job.id == id);
        found.extend(page.jobs.iter().map(|job| number(job.id).expect("known")));
        cursor = page.next;
        if cursor.is_none() {
            return (found, pages);
        }
    }
}

fn jobs() -> Vec<NewJob> {
    let job = |number| match RARE.contains(&number) {
        true => new_job(r#"{"type":"rare","payload":"needle"}"#),
        false => new_job(r#"{"type":"work","payload":"hay"}"#),
    };
    (0..MANY).map(job).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn short_pages_neither_skip_nor_repeat_jobs() {
    let jobs = jobs();
    let by_type = JobQuery {
        job_type: Some("rare".parse().expect("legal")),
        ..JobQuery::default()
    };
    let by_text = JobQuery {
        texts: vec!["NEEDLE".to_owned()],
        ..JobQuery::default()
    };
    for query in [by_type, by_text] {
        for order in [SortOrder::Oldest, SortOrder::Newest] {
            let query = JobQuery {
                order,
                ..query.clone()
            };
            let mut expected = RARE.to_vec();
            if order == SortOrder::Newest {
                expected.reverse();
            }
            let (found, pages) = follow(query, &jobs).await;
            assert_eq!(found, expected);
            // Without the limit of scanned rows, there would be two full pages.
            assert!(pages > 2, "{pages} pages");
        }
    }
}
