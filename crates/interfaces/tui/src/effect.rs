use odd_client::{BulkAction, JobsQuery};
use odd_contracts::{JobId, JobSubmission, TimeseriesMetric, TimeseriesWindow};

use crate::attach::AttachTo;
use crate::launch::LaunchTarget;

/// Work outside of the state, which the runner does in the background.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Load data; answered by [`Message::Loaded`](crate::Message).
    Load(Query),
    /// Change the observatory; answered by [`Message::Changed`](crate::Message).
    Change(Change),
    /// Copy text to the clipboard.
    Copy {
        /// What is copied, for the notice: "job id".
        what: &'static str,
        /// The text.
        text: String,
    },
    /// Open a URL in the browser.
    Browse(String),
    /// Show text in `$PAGER`.
    Page(String),
    /// Run a program of the user; answered by [`Message::CommandEnded`](crate::Message).
    RunCommand {
        /// Its name.
        name: String,
        /// The program and its arguments.
        argv: Vec<String>,
        /// Whether its output is shown.
        wait: bool,
    },
    /// Create a key that makes it safe to send a submission again; answered by
    /// [`Message::KeyCreated`](crate::Message).
    CreateKey,
    /// Edit text in `$EDITOR`; answered by [`Message::Edited`](crate::Message).
    Edit {
        /// The text.
        text: String,
    },
    /// Save what is on the screen.
    Screenshot,
    /// Write bytes to the terminal: a control sequence that it acts on.
    SendToTerminal(Vec<u8>),
    /// Find out which of these URLs answer; answered by [`Message::LinkChecked`](crate::Message).
    CheckLinks(Vec<String>),
    /// Check the prerequisites; answered by [`Message::Setup`](crate::Message) with the number of this run.
    CheckSetup(u64),
    /// Start an observatory; answered by [`Message::Launch`](crate::Message).
    Launch(LaunchTarget),
    /// Stop the observatory that was started here, and nothing else.
    StopObservatory,
    /// Connect to another observatory; answered by [`Message::Attached`](crate::Message).
    Attach(AttachTo),
    /// Note that the tour was offered, so that it is not offered again.
    RememberTour,
    /// Let the terminal report the mouse, or not.
    CaptureMouse(bool),
    /// End the interface at once, as Ctrl+C does.
    Interrupt,
    /// End the interface.
    Quit {
        /// Leave the last screen on the terminal.
        keep_screen: bool,
    },
}

impl Effect {
    /// Whether it uses something outside of the terminal: another program, a file, this machine, another observatory. Every
    /// other effect only uses the terminal, or the observatory.
    pub(crate) const fn leaves_terminal(&self) -> bool {
        match self {
            Self::Browse(_)
            | Self::Page(_)
            | Self::RunCommand { .. }
            | Self::Edit { .. }
            | Self::Screenshot
            | Self::CheckSetup(_)
            | Self::Launch(_)
            | Self::StopObservatory
            | Self::Attach(_)
            | Self::RememberTour => true,
            Self::Load(_)
            | Self::Change(_)
            | Self::Copy { .. }
            | Self::CheckLinks(_)
            | Self::CreateKey
            | Self::SendToTerminal(_)
            | Self::CaptureMouse(_)
            | Self::Interrupt
            | Self::Quit { .. } => false,
        }
    }
}

/// Data that can be loaded.
#[derive(Debug, Clone)]
pub enum Query {
    /// The figures of the start page.
    Overview,
    /// The state of the whole system.
    Health,
    /// One metric over time.
    Series(TimeseriesMetric, TimeseriesWindow),
    /// A page of the table of jobs.
    Jobs(Box<JobsPage>),
    /// Every job that the filter selects, up to a limit.
    AllJobs(Box<JobsPage>),
    /// A job with its attempts.
    Job(JobId),
    /// Why a job has its status.
    Explanation(JobId),
    /// The events of a job.
    JobEvents(JobId),
    /// A page of the log of an attempt.
    Log(LogPage),
    /// The newest events.
    Events,
    /// The queues.
    Queues,
    /// The dead letters.
    DeadLetters,
    /// The services.
    Services,
    /// The workers.
    Workers,
    /// The active alerts.
    Alerts,
    /// The other user interfaces.
    Links,
}

/// A page of the table of jobs.
#[derive(Debug, Clone)]
pub struct JobsPage {
    /// Increases with every change of the filter, so that a late answer for an earlier one is recognised.
    pub(crate) generation: u64,
    /// The selection.
    pub(crate) query: JobsQuery,
}

/// A page of the log of an attempt, newest lines first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPage {
    /// The job.
    pub job_id: JobId,
    /// The attempt's number, from 1.
    pub attempt: u32,
    /// The end of the page before; the newest lines without one.
    pub cursor: Option<String>,
}

impl JobsPage {
    /// Returns the selection.
    pub fn query(&self) -> &JobsQuery {
        &self.query
    }
}

/// A change of the observatory.
#[derive(Debug, Clone)]
pub enum Change {
    /// Submit a job.
    Submit {
        /// The job.
        submission: Box<JobSubmission>,
        /// Makes it safe to send the same submission again.
        key: String,
    },
    /// Act on jobs.
    Jobs {
        /// What to do.
        action: BulkAction,
        /// The jobs, in this order.
        ids: Vec<JobId>,
    },
    /// Silence an alert for an hour.
    Silence(String),
    /// End the silence of an alert.
    Unsilence(String),
    /// Acknowledge an alert.
    Acknowledge(String),
}
