use crossterm::event::{KeyEvent, MouseEvent};
use odd_client::{BulkAction, BulkSummary, Selection};
use odd_contracts::{
    AlertList, AttemptLog, EventEnvelope, EventList, Explanation, HealthSummary, Job, JobId,
    JobList, Overview, QueueList, ServiceList, Timeseries, TimeseriesMetric, TimeseriesWindow,
    UiRegistryAnswer, WorkerList,
};
use odd_desktop::CopyOutcome;

use crate::attach::AttachTo;
use crate::connection::Endpoint;
use crate::data::LoadFailure;
use crate::effect::{JobsPage, LogPage};
use crate::launch::LaunchUpdate;
use crate::setup::SetupUpdate;

/// Something that happened.
#[derive(Debug)]
pub enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// The mouse was used.
    Mouse(MouseEvent),
    /// The terminal has another size now.
    Resized {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// Time has passed.
    Tick,
    /// Data has arrived, or could not be loaded.
    Loaded(Box<Loaded>),
    /// The event stream has changed, or has sent events.
    Stream(StreamUpdate),
    /// A change was made, or refused.
    Changed(Changed),
    /// A key was created that makes it safe to send a submission again.
    KeyCreated(String),
    /// The payload of the New job form was edited outside.
    Edited(String),
    /// A program of the user has ended, or did not start.
    CommandEnded {
        /// Its name.
        name: String,
        /// Whether its output is shown.
        wait: bool,
        /// What has happened.
        end: CommandEnd,
    },
    /// Text was copied, or could not be.
    Copied {
        /// What was copied: "job id".
        what: &'static str,
        /// What has happened.
        outcome: CopyOutcome,
    },
    /// No browser could be opened, so that the URL has to be shown.
    NotOpened {
        /// The URL.
        url: String,
        /// Why it was not opened.
        why: String,
    },
    /// It is known whether a user interface answers.
    LinkChecked {
        /// Its URL.
        url: String,
        /// Whether it answers.
        answers: bool,
    },
    /// The checks of the prerequisites have made progress. The number is that of the run.
    Setup(u64, SetupUpdate),
    /// The observatory that was started here has changed.
    Launch(LaunchUpdate),
    /// The interface is connected to another observatory, or could not be.
    Attached(Box<AttachTo>, Result<Endpoint, String>),
    /// Something to show in the line above the footer.
    Notice(Notice),
}

/// The result of a request for data.
pub type LoadResult<T> = Result<T, LoadFailure>;

/// Data that has arrived, or could not be loaded.
#[derive(Debug)]
pub enum Loaded {
    /// The figures of the start page.
    Overview(LoadResult<Box<Overview>>),
    /// The state of the whole system.
    Health(LoadResult<HealthSummary>),
    /// One metric over time, in the range that was requested.
    Series(TimeseriesMetric, TimeseriesWindow, LoadResult<Timeseries>),
    /// A page of jobs.
    Jobs(Box<JobsPage>, LoadResult<JobList>),
    /// The ids of every job that the filter selects, up to a limit.
    AllJobs(Box<JobsPage>, LoadResult<Selection>),
    /// A job with its attempts.
    Job(JobId, LoadResult<Box<Job>>),
    /// Why a job has its status.
    Explanation(JobId, LoadResult<Explanation>),
    /// The newest events of a job, oldest first.
    JobEvents(JobId, LoadResult<Vec<EventEnvelope>>),
    /// A page of the log of an attempt, newest first.
    Log(LogPage, LoadResult<AttemptLog>),
    /// The newest events.
    Events(LoadResult<EventList>),
    /// The queues.
    Queues(LoadResult<QueueList>),
    /// The dead letters.
    DeadLetters(LoadResult<JobList>),
    /// The services.
    Services(LoadResult<ServiceList>),
    /// The workers.
    Workers(LoadResult<WorkerList>),
    /// The active alerts.
    Alerts(LoadResult<AlertList>),
    /// The other user interfaces.
    Links(LoadResult<UiRegistryAnswer>),
}

/// An update of the event stream.
#[derive(Debug)]
pub enum StreamUpdate {
    /// The stream is open. Without `is_complete`, events may have been missed.
    Open {
        /// Whether no event was missed.
        is_complete: bool,
    },
    /// Events, in order.
    Events(Vec<EventEnvelope>),
    /// The stream is lost; it is opened again.
    Lost(LoadFailure),
}

/// The outcome of a change.
#[derive(Debug)]
pub enum Changed {
    /// A submission was answered, or not in time.
    Submitted {
        /// The key that it was sent with.
        key: String,
        /// The outcome.
        outcome: Submitted,
    },
    /// Jobs were changed, one by one.
    Jobs(ChangedJobs),
    /// An alert was changed.
    Alert(Result<&'static str, LoadFailure>),
}

/// The outcome of a change of jobs.
#[derive(Debug, Clone)]
pub struct ChangedJobs {
    /// What was done.
    pub action: BulkAction,
    /// How many commands ended in each way.
    pub summary: BulkSummary,
    /// The jobs whose command needs not be sent again: they were changed, or their status does not allow it.
    pub answered: Vec<JobId>,
    /// The number of other jobs: their command failed, or was not sent.
    pub unchanged: usize,
    /// Why a job was not changed: the first failure, or else the first refusal.
    pub why: Option<String>,
}

/// The outcome of a submission.
#[derive(Debug, Clone)]
pub enum Submitted {
    /// The job is stored.
    Accepted {
        /// Its id.
        id: JobId,
        /// Whether an earlier submission had created it.
        is_repeat: bool,
    },
    /// The gateway refused it; nothing is stored.
    Refused {
        /// The reason.
        why: LoadFailure,
        /// The errors of each field, as a JSON pointer and a message.
        fields: Vec<(String, String)>,
    },
    /// There was no answer: the job may be stored.
    Unknown(LoadFailure),
}

/// The end of a program of the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandEnd {
    /// It did not start; this is why.
    NotStarted(String),
    /// It has ended.
    Ended {
        /// Whether its exit status is 0.
        is_success: bool,
        /// The exit status, in words.
        status: String,
        /// The beginning of its standard output.
        output: String,
        /// The beginning of its standard error.
        errors: String,
    },
}

/// A line for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its kind.
    pub kind: NoticeKind,
    /// The text.
    pub text: String,
}

/// The kind of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Something worked.
    Done,
    /// Something to know.
    Hint,
    /// Something failed.
    Failed,
}

impl Notice {
    pub(crate) fn done(text: impl Into<String>) -> Self {
        Self {
            kind: NoticeKind::Done,
            text: text.into(),
        }
    }

    pub(crate) fn hint(text: impl Into<String>) -> Self {
        Self {
            kind: NoticeKind::Hint,
            text: text.into(),
        }
    }

    pub(crate) fn failed(text: impl Into<String>) -> Self {
        Self {
            kind: NoticeKind::Failed,
            text: text.into(),
        }
    }
}
