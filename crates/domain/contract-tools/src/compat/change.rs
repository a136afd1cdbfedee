use serde::Serialize;

use crate::Bump;

/// One classified change of a schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change {
    /// The bump that it needs.
    pub level: Bump,
    /// The path of the change in the schema, with every `$ref` and `allOf` resolved.
    pub pointer: String,
    /// What changed, for people.
    pub message: String,
}

/// The effect of a difference on the set of values that a schema accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effect {
    /// It accepts more.
    Widens,
    /// It accepts less.
    Narrows,
    /// It accepts other values, or the effect cannot be determined.
    Replaces,
}

/// A difference between two schemas that affects values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) effect: Effect,
    pub(super) pointer: String,
    pub(super) message: String,
}

impl Difference {
    pub(super) fn new(
        effect: Effect,
        pointer: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            effect,
            pointer: pointer.into(),
            message: message.into(),
        }
    }

    /// Returns the difference as part of the schema that contains this one at `prefix`.
    pub(super) fn under(mut self, prefix: &str) -> Self {
        self.pointer.insert_str(0, prefix);
        self
    }

    /// Returns the difference as part of a schema that accepts what this one rejects.
    pub(super) fn inverted(mut self) -> Self {
        self.effect = match self.effect {
            Effect::Widens => Effect::Narrows,
            Effect::Narrows => Effect::Widens,
            Effect::Replaces => Effect::Replaces,
        };
        self
    }

    pub(super) fn breaks(&self) -> bool {
        self.effect != Effect::Widens
    }
}

impl From<Difference> for Change {
    fn from(difference: Difference) -> Self {
        Self {
            level: if difference.breaks() {
                Bump::Major
            } else {
                Bump::Minor
            },
            pointer: difference.pointer,
            message: difference.message,
        }
    }
}
