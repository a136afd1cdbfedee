use super::{AttachPrompt, JobForm, Palette};
use crate::effect::Effect;

/// What is open above the view.
#[derive(Debug)]
pub(crate) enum Overlay {
    /// The detail of a job.
    Detail,
    /// Every key.
    Help {
        /// The first line that is shown.
        scroll: u16,
    },
    /// What is wrong, and what to do.
    Health {
        /// The first line that is shown.
        scroll: u16,
    },
    /// The form of a new job.
    Form(Box<JobForm>),
    /// The list of commands.
    Palette(Box<Palette>),
    /// The other user interfaces.
    Links,
    /// The prerequisites.
    Setup,
    /// A URL that could not be opened.
    Address {
        /// The URL.
        url: String,
        /// Why it was not opened.
        why: String,
    },
    /// The input that asks for another observatory.
    Attach(Box<AttachPrompt>),
    /// A question before a change.
    Confirm(Confirmation),
    /// Letters on everything that can be selected.
    Jump {
        /// The letters that were typed so far.
        typed: String,
    },
}

/// A question before a change that cannot be undone.
#[derive(Debug, Clone)]
pub(crate) struct Confirmation {
    pub(crate) question: String,
    /// What else the user should know.
    pub(crate) detail: String,
    /// What is done after a yes.
    pub(crate) effect: Effect,
}
