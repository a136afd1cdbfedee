use odd_contracts::JobStatus;

/// The symbol of a status in every interface.
pub const fn status_symbol(status: JobStatus) -> char {
    match status {
        JobStatus::Scheduled => '◷',
        JobStatus::Pending => '○',
        JobStatus::Validated => '◔',
        JobStatus::Executing => '●',
        JobStatus::Retrying => '↻',
        JobStatus::Completed => '✓',
        JobStatus::Failed => '✗',
        JobStatus::Cancelled => '⊘',
    }
}
