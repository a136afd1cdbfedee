use odd_client::inert;
use odd_contracts::FieldError;

use super::Field;

/// Something that is wrong with a field, or with the job as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) field: Option<Field>,
    /// What is wrong, without a full stop.
    pub(crate) text: String,
    /// Line and column of the payload, from 1.
    pub(crate) position: Option<(usize, usize)>,
}

impl Problem {
    pub(crate) fn of(field: Field, text: impl Into<String>) -> Self {
        Self {
            field: Some(field),
            text: text.into(),
            position: None,
        }
    }

    /// Returns the problem that the contract or the gateway reports at a JSON pointer.
    pub(crate) fn at(error: &FieldError) -> Self {
        let field = Field::of_pointer(&error.pointer);
        let message = inert(&error.message);
        // The pointer of a part of a field tells which part.
        let is_part = error.pointer.matches('/').count() > 1;
        let text = match field.is_none() || is_part {
            true => format!("{} {message}", inert(&error.pointer)),
            false => message.into_owned(),
        };
        Self {
            field,
            text: text.trim_start().to_owned(),
            position: None,
        }
    }
}
