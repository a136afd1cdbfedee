use odd_client::{Condition, FilterError, JobFilter, Term, When};
use odd_contracts::{JobStatus, JobType, QueueName, Timestamp};

use crate::completion;
use crate::failure::Failure;
use crate::settings::parse_since;

/// The options that select jobs. A job must meet all of them.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Selection {
    /// Only jobs that this filter selects, such as 'status:FAILED !type:email since:1h'
    #[arg(long, value_name = "FILTER", value_parser = parse_filter)]
    filter: Option<JobFilter>,
    /// Only jobs in these statuses, such as FAILED,CANCELLED
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = parse_status, add = completion::statuses())]
    status: Vec<JobStatus>,
    /// Only jobs of this type
    #[arg(long = "type", value_name = "TYPE", add = completion::job_types())]
    job_type: Option<JobType>,
    /// Only jobs in this queue
    #[arg(long, add = completion::queues())]
    queue: Option<QueueName>,
    /// Only jobs with this tag
    #[arg(long)]
    tag: Option<String>,
    /// Only jobs that contain this text
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only jobs created since this time (RFC 3339), or since a duration before now such as 1h
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    since: Option<Timestamp>,
    /// Only jobs created before this time
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    until: Option<Timestamp>,
}

impl Selection {
    /// Returns the filter with the other options as further terms.
    ///
    /// # Errors
    /// When no job can meet all of them, or one is too long.
    pub(super) fn filter(self) -> Result<JobFilter, Failure> {
        let conditions = [
            (!self.status.is_empty()).then_some(Condition::Status(self.status)),
            self.job_type.map(Condition::Type),
            self.queue.map(Condition::Queue),
            self.tag.map(Condition::Tag),
            self.search.map(Condition::Text),
            self.since.map(|at| Condition::Since(When::At(at))),
            self.until.map(|at| Condition::Until(When::At(at))),
        ];
        let filter = self.filter.unwrap_or_default();
        let mut terms = filter.terms().to_vec();
        terms.extend(conditions.into_iter().flatten().map(Term::with));
        JobFilter::of(&terms).map_err(|error| {
            let failure = Failure::usage("the options do not select jobs").cause(&error);
            match error.hint {
                Some(hint) => failure.hint(hint),
                None => failure,
            }
        })
    }
}

/// Reads a filter. The message of an error contains its hint.
pub(super) fn parse_filter(text: &str) -> Result<JobFilter, String> {
    text.parse()
        .map_err(|error: FilterError| match &error.hint {
            Some(hint) => format!("{error}; {hint}"),
            None => error.to_string(),
        })
}

fn parse_status(text: &str) -> Result<JobStatus, String> {
    text.to_uppercase()
        .parse()
        .map_err(|error: odd_contracts::UnknownStatus| error.to_string())
}
