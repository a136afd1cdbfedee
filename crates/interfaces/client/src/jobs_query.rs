use odd_contracts::{FailureFingerprint, IdDigits, JobStatus, Timestamp};

/// Selects the jobs of a list: those that meet every condition.
#[derive(Debug, Clone, Default)]
pub struct JobsQuery {
    /// Only jobs in these statuses; all jobs when empty.
    pub statuses: Vec<JobStatus>,
    /// Only jobs of this type.
    pub job_type: Option<String>,
    /// No jobs of these types: at most 20.
    pub not_types: Vec<String>,
    /// Only jobs in this queue.
    pub queue: Option<String>,
    /// No jobs in these queues: at most 20.
    pub not_queues: Vec<String>,
    /// Only jobs with all of these tags: at most five.
    pub tags: Vec<String>,
    /// No jobs with one of these tags: at most 20.
    pub not_tags: Vec<String>,
    /// Only jobs that contain all of these texts: at most five.
    pub texts: Vec<String>,
    /// No jobs that contain one of these texts: at most five.
    pub not_texts: Vec<String>,
    /// Only jobs whose id begins with these digits.
    pub id_prefix: Option<IdDigits>,
    /// Only jobs whose id ends with these digits.
    pub id_suffix: Option<IdDigits>,
    /// Only FAILED jobs whose failure has this fingerprint.
    pub fingerprint: Option<FailureFingerprint>,
    /// Only jobs created at this time or later.
    pub since: Option<Timestamp>,
    /// Only jobs created before this time.
    pub until: Option<Timestamp>,
    /// Oldest first instead of newest first.
    pub oldest_first: bool,
    /// The end of the previous page.
    pub cursor: Option<String>,
    /// Largest number of jobs, from 1 to 200.
    pub limit: usize,
}

impl JobsQuery {
    pub(crate) fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut query = vec![("limit", self.limit.to_string())];
        if !self.statuses.is_empty() {
            let statuses: Vec<_> = self.statuses.iter().map(|status| status.as_str()).collect();
            query.push(("status", statuses.join(",")));
        }
        if self.oldest_first {
            query.push(("sort", "createdAt".to_owned()));
        }
        let digits = |digits: &Option<IdDigits>| digits.as_ref().map(ToString::to_string);
        let optional = [
            ("type", self.job_type.clone()),
            ("queue", self.queue.clone()),
            ("idPrefix", digits(&self.id_prefix)),
            ("idSuffix", digits(&self.id_suffix)),
            (
                "fingerprint",
                self.fingerprint.map(|fingerprint| fingerprint.to_string()),
            ),
            ("since", self.since.map(|since| since.to_string())),
            ("until", self.until.map(|until| until.to_string())),
            ("cursor", self.cursor.clone()),
        ];
        let given = optional
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        query.extend(given);
        for (name, values) in [
            ("notType", &self.not_types),
            ("notQueue", &self.not_queues),
            ("tag", &self.tags),
            ("notTag", &self.not_tags),
            ("q", &self.texts),
            ("notQ", &self.not_texts),
        ] {
            query.extend(values.iter().map(|value| (name, value.clone())));
        }
        query
    }
}
