use odd_contracts::{Cause, CauseCode};

/// Creates a cause without hint and times.
pub(super) fn cause(code: CauseCode, detail: impl Into<String>) -> Cause {
    Cause {
        code,
        detail: detail.into(),
        hint: None,
        since: None,
        until: None,
    }
}
