use std::collections::BTreeMap;

use odd_client::{KnownValues, inert_json};
use odd_contracts::{Job, JobSubmission, RetryOverride};
use ratatui_textarea::TextArea;

use super::indent::indented;
use super::inputs::Inputs;
use super::read::{joined, read};
use super::{BUILT_IN_TYPES, Field, Phase, Problem};
use crate::duration::exact_duration;
use crate::state::{Choice, Choices};
use crate::theme::Theme;

/// Largest number of bytes in the payload, and in another field.
const PAYLOAD_BYTES: usize = 1024 * 1024;
const FIELD_BYTES: usize = 2_000;

/// The form of a new job.
#[derive(Debug)]
pub(crate) struct JobForm {
    inputs: Inputs,
    pub(crate) focus: Field,
    /// Texts for the field that has the focus.
    pub(crate) choices: Choices,
    /// Whether the text of that field is the name of a known type or queue.
    is_known: bool,
    pub(crate) problems: Vec<Problem>,
    /// Whether the user has tried to submit: then problems are shown everywhere.
    pub(crate) has_tried: bool,
    /// Whether a submission of this content went unanswered.
    pub(crate) may_be_stored: bool,
    pub(crate) phase: Phase,
    /// Makes it safe to send the job again; absent until one was created.
    pub(crate) key: Option<String>,
    /// Whether the question is open what to do with the content.
    pub(crate) is_asking: bool,
    /// What a copied job has beyond the fields.
    pub(crate) retry: Option<RetryOverride>,
    pub(crate) metadata: BTreeMap<String, String>,
    /// The payload that was filled in as an example, and the type that it belongs to.
    example: String,
    example_type: String,
    /// The texts at the beginning.
    initial: Vec<String>,
}

impl JobForm {
    /// Returns an empty form.
    pub(crate) fn new(theme: &Theme) -> Self {
        let mut form = Self {
            inputs: Inputs::new(theme.dim()),
            focus: Field::Type,
            choices: Choices::default(),
            is_known: false,
            problems: Vec::new(),
            has_tried: false,
            may_be_stored: false,
            phase: Phase::Editing,
            key: None,
            is_asking: false,
            retry: None,
            metadata: BTreeMap::new(),
            example: String::new(),
            example_type: String::new(),
            initial: Vec::new(),
        };
        form.begin();
        form
    }

    /// Returns a form with what `job` was submitted with, except for its unique key and its time.
    pub(crate) fn copy_of(job: &Job, theme: &Theme) -> Self {
        let mut form = Self::new(theme);
        let payload = job.payload.as_ref().map_or("", |payload| payload.get());
        for (field, text) in [
            (Field::Type, job.job_type.to_string()),
            (Field::Payload, indented(&inert_json(payload))),
            (Field::Queue, job.queue.to_string()),
            (Field::Priority, job.priority.to_string()),
            (Field::MaxAttempts, job.max_attempts.to_string()),
            (Field::Timeout, exact_duration(job.timeout_ms)),
            (Field::Tags, joined(&job.tags)),
        ] {
            form.inputs.set_text(field, &text);
        }
        form.retry = job.retry.clone();
        form.metadata = job.metadata.clone();
        form.focus = Field::Payload;
        form.begin();
        form
    }

    fn begin(&mut self) {
        self.inputs.show_cursor_in(self.focus);
        self.initial = self.texts();
        self.check();
    }

    pub(crate) fn input(&self, field: Field) -> &TextArea<'static> {
        self.inputs.get(field)
    }

    pub(crate) fn text(&self, field: Field) -> String {
        self.inputs.text(field)
    }

    /// Whether something would be lost with the form.
    pub(crate) fn is_changed(&self) -> bool {
        let texts = Field::ALL.into_iter().zip(&self.initial);
        let is_sent = matches!(self.phase, Phase::Sending { .. } | Phase::Unknown { .. });
        let mut texts = texts.filter(|(field, _)| *field != Field::Payload || !self.has_example());
        is_sent || texts.any(|(field, initial)| self.text(field) != *initial)
    }

    fn has_example(&self) -> bool {
        !self.example.is_empty() && self.text(Field::Payload) == self.example
    }

    /// Moves to another field.
    pub(crate) fn focus_on(&mut self, field: Field, known: &KnownValues) {
        self.focus = field;
        self.inputs.show_cursor_in(field);
        self.choices = Choices::default();
        if field == Field::Type && self.text(Field::Type).is_empty() {
            self.complete(known);
        }
    }

    /// Changes the field with the focus, within its bounds. Returns whether the text has changed.
    pub(crate) fn edit(
        &mut self,
        change: impl FnOnce(&mut TextArea<'static>),
        added: usize,
    ) -> bool {
        let limit = match self.focus {
            Field::Payload => PAYLOAD_BYTES,
            _ => FIELD_BYTES,
        };
        let before = self.text(self.focus);
        if added > 0 && before.len() + added > limit {
            return false;
        }
        change(self.inputs.get_mut(self.focus));
        let has_changed = self.text(self.focus) != before;
        if has_changed {
            self.check();
        }
        has_changed
    }

    /// Replaces the text of a field. Returns `false` if it is too long.
    pub(crate) fn replace(&mut self, field: Field, text: &str) -> bool {
        let fits = text.len() <= PAYLOAD_BYTES;
        if fits {
            self.inputs.set_text(field, text);
            self.check();
        }
        fits
    }

    /// Returns the text of every field.
    pub(crate) fn texts(&self) -> Vec<String> {
        Field::ALL.map(|field| self.text(field)).to_vec()
    }

    /// Offers the texts that the field with the focus may become.
    pub(crate) fn complete(&mut self, known: &KnownValues) {
        let typed = self.text(self.focus);
        let built_in = BUILT_IN_TYPES.iter();
        let built_in = built_in.map(|known| (known.name, known.summary));
        let candidates: Vec<(&str, &str)> = match self.focus {
            Field::Type => {
                let seen = known.types.iter().map(|name| (name.as_str(), "seen here"));
                let is_built_in =
                    |name: &str| BUILT_IN_TYPES.iter().any(|known| known.name == name);
                let seen = seen.filter(|(name, _)| !is_built_in(name));
                seen.chain(built_in).collect()
            }
            Field::Queue => known
                .queues
                .iter()
                .map(|name| (name.as_str(), ""))
                .collect(),
            _ => Vec::new(),
        };
        self.is_known = candidates.iter().any(|(name, _)| *name == typed);
        let begins = candidates
            .iter()
            .filter(|(name, _)| name.starts_with(&typed));
        let contains = candidates
            .iter()
            .filter(|(name, _)| !name.starts_with(&typed) && name.contains(&typed));
        let items = begins.chain(contains).filter(|(name, _)| *name != typed);
        let items = items.map(|(name, note)| Choice {
            text: (*name).to_owned(),
            note: (*note).to_owned(),
            span: 0..typed.len(),
        });
        self.choices = Choices::of(items.collect());
    }

    /// Chooses the text that continues what was typed, unless that is the name of something already.
    pub(crate) fn choose_completion(&mut self) {
        let typed = self.text(self.focus);
        if !self.is_known {
            self.choices.choose_continuation(&typed);
        }
    }

    /// Writes an offered text into the field with the focus.
    pub(crate) fn accept(&mut self, choice: &Choice) {
        self.inputs.set_text(self.focus, &choice.text);
        self.choices = Choices::default();
        if self.focus == Field::Type {
            self.fill_example();
        }
        self.check();
    }

    /// Fills in the example of another built-in type, unless the user has written a payload.
    pub(crate) fn fill_example(&mut self) {
        let payload = self.text(Field::Payload);
        let name = self.text(Field::Type);
        if name == self.example_type || (!payload.is_empty() && payload != self.example) {
            return;
        }
        let built_in = BUILT_IN_TYPES.iter().find(|known| known.name == name);
        let example = built_in.map_or("", |known| known.example);
        if payload != example {
            self.inputs.set_text(Field::Payload, example);
        }
        self.example = example.to_owned();
        self.example_type = name;
        self.check();
    }

    /// Finds what is wrong.
    fn check(&mut self) {
        self.problems = self.submission().err().unwrap_or_default();
    }

    /// Returns the job to submit.
    ///
    /// # Errors
    /// What is wrong with the fields.
    pub(crate) fn submission(&self) -> Result<Box<JobSubmission>, Vec<Problem>> {
        let mut submission = read(|field| self.text(field))?;
        submission.retry = self.retry.clone();
        submission.metadata = self.metadata.clone();
        Ok(submission)
    }

    /// Returns the problem that is shown at a field: at once for the payload, and otherwise after the user has left the field
    /// or has tried to submit.
    pub(crate) fn problem(&self, field: Field) -> Option<&Problem> {
        let is_early = field != Field::Payload && field == self.focus;
        let is_untouched = field == Field::Type && self.text(field).is_empty();
        let is_shown = self.has_tried || !(is_early || is_untouched);
        let mut problems = self.problems.iter();
        problems.find(|problem| is_shown && problem.field == Some(field))
    }
}
