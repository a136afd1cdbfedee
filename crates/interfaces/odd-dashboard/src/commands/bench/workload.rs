use bytes::Bytes;

use crate::commands::bench::args::Args;

/// The load of a round, with its request bodies built in advance.
#[derive(Debug, Clone)]
pub(super) struct Workload {
    /// Jobs per round.
    pub(super) jobs: u64,
    /// Connections.
    pub(super) producers: u32,
    /// Jobs per request.
    pub(super) batch: u64,
    /// Bytes per payload.
    pub(super) payload_bytes: usize,
    /// Jobs per second; `None` for as fast as possible.
    pub(super) rate: Option<u32>,
    /// Type of the jobs.
    pub(super) job_type: String,
    /// Body of a full request.
    body: Bytes,
    /// One submission, for a last request that carries fewer jobs.
    job: String,
}

impl Workload {
    pub(super) fn new(args: &Args) -> Self {
        let job = submission(args.job_type.as_str(), args.payload_bytes);
        Self {
            jobs: args.jobs,
            producers: args.producers,
            batch: args.batch,
            payload_bytes: args.payload_bytes,
            rate: args.rate,
            job_type: args.job_type.to_string(),
            body: body(&job, args.batch, args.batch),
            job,
        }
    }

    /// Returns the number of requests of a round.
    pub(super) fn requests(&self) -> u64 {
        self.jobs.div_ceil(self.batch)
    }

    pub(super) fn path(&self) -> &'static str {
        if self.batch == 1 {
            "jobs"
        } else {
            "jobs/batch"
        }
    }

    /// Returns the body of the request with this number, counted from 0.
    pub(super) fn body(&self, request: u64) -> Bytes {
        let left = self.jobs - request * self.batch;
        if left >= self.batch {
            self.body.clone()
        } else {
            body(&self.job, left, self.batch)
        }
    }
}

fn submission(job_type: &str, payload_bytes: usize) -> String {
    // The quotes of the JSON string count.
    let payload = "x".repeat(payload_bytes.saturating_sub(2));
    format!("{{\"type\":\"{job_type}\",\"payload\":\"{payload}\"}}")
}

fn body(job: &str, jobs: u64, batch: u64) -> Bytes {
    if batch == 1 {
        return Bytes::copy_from_slice(job.as_bytes());
    }
    let jobs = vec![job; usize::try_from(jobs).expect("a batch is small")].join(",");
    format!("{{\"jobs\":[{jobs}]}}").into()
}
