use odd_client::status_symbol;
use odd_contracts::JobStatus;

/// Renders the symbol and the name of a status, with or without colour.
pub(crate) fn status_cell(status: JobStatus, colour: bool) -> String {
    let cell = format!("{} {status}", status_symbol(status));
    if !colour {
        return cell;
    }
    let code = match status {
        JobStatus::Scheduled | JobStatus::Pending => "37",
        JobStatus::Validated | JobStatus::Executing => "36",
        JobStatus::Retrying => "33",
        JobStatus::Completed => "32",
        JobStatus::Failed => "31",
        JobStatus::Cancelled => "35",
    };
    format!("\u{1b}[{code}m{cell}\u{1b}[0m")
}
