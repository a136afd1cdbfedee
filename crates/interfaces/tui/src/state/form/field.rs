/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Type,
    Payload,
    Queue,
    Priority,
    Start,
    MaxAttempts,
    Timeout,
    Tags,
    UniqueKey,
}

impl Field {
    /// Every field, in the order of the Tab key.
    pub(crate) const ALL: [Self; 9] = [
        Self::Type,
        Self::Payload,
        Self::Queue,
        Self::Priority,
        Self::Start,
        Self::MaxAttempts,
        Self::Timeout,
        Self::Tags,
        Self::UniqueKey,
    ];

    /// The fields that have a default.
    pub(crate) const OPTIONS: [Self; 7] = [
        Self::Queue,
        Self::Priority,
        Self::Start,
        Self::MaxAttempts,
        Self::Timeout,
        Self::Tags,
        Self::UniqueKey,
    ];

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Type => "Type",
            Self::Payload => "Payload",
            Self::Queue => "Queue",
            Self::Priority => "Priority",
            Self::Start => "Start",
            Self::MaxAttempts => "Attempts",
            Self::Timeout => "Timeout",
            Self::Tags => "Tags",
            Self::UniqueKey => "Unique key",
        }
    }

    /// Returns what an empty field means.
    pub(crate) const fn default_text(self) -> &'static str {
        match self {
            Self::Type => "required",
            Self::Payload => "none",
            Self::Queue => "default",
            Self::Priority => "0",
            Self::Start => "now",
            Self::MaxAttempts | Self::Timeout => "default of the type",
            Self::Tags | Self::UniqueKey => "none",
        }
    }

    /// Returns what to write into the field.
    pub(crate) const fn help(self) -> &'static str {
        match self {
            Self::Type => "What kind of work it is: this selects the handler.",
            Self::Payload => "The input of the handler, as JSON.",
            Self::Queue => "A name of A-Z a-z 0-9 . _ -; workers take jobs of each queue in turn.",
            Self::Priority => "From -100 to 100; higher runs first.",
            Self::Start => "A delay such as 10m, or a time such as 2026-12-01T08:00:00Z.",
            Self::MaxAttempts => "From 1 to 100 attempts, before the job has failed.",
            Self::Timeout => "The limit of one attempt, such as 30s or 5m; at most 24h.",
            Self::Tags => "Labels to find the job by, separated by commas.",
            Self::UniqueKey => "While a job with this key is unfinished, no other is created.",
        }
    }

    /// Returns the field that a JSON pointer into the submission belongs to.
    pub(crate) fn of_pointer(pointer: &str) -> Option<Self> {
        let name = pointer.strip_prefix('/')?.split('/').next()?;
        Some(match name {
            "type" => Self::Type,
            "payload" => Self::Payload,
            "queue" => Self::Queue,
            "priority" => Self::Priority,
            "runAt" | "delayMs" => Self::Start,
            "maxAttempts" => Self::MaxAttempts,
            "timeoutMs" => Self::Timeout,
            "tags" => Self::Tags,
            "uniqueKey" => Self::UniqueKey,
            _ => return None,
        })
    }

    /// Returns the field `step` fields further, around the end.
    pub(crate) fn moved_by(self, step: isize) -> Self {
        let count = Self::ALL.len().cast_signed();
        let index = (self as usize).cast_signed() + step;
        Self::ALL[index.rem_euclid(count).cast_unsigned()]
    }
}
