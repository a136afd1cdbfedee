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

#[cfg(test)]
mod tests {
    use super::*;

    /// The web dashboard reads the symbols from a file, which this test compares, or writes if `UPDATE_REFERENCE` is set.
    #[test]
    fn web_dashboard_has_the_same_symbols() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../web/src/generated/statuses.json"
        );
        let rows: Vec<serde_json::Value> = JobStatus::ALL
            .iter()
            .map(|status| serde_json::json!({ "status": status, "symbol": status_symbol(*status) }))
            .collect();
        let current = serde_json::to_string_pretty(&rows).expect("plain JSON") + "\n";
        if std::env::var_os("UPDATE_REFERENCE").is_some() {
            std::fs::write(path, &current).expect("the file can be written");
        }
        let existing = std::fs::read_to_string(path).expect("the file exists");
        assert_eq!(
            existing, current,
            "run `UPDATE_REFERENCE=1 cargo test -p odd-client --lib symbol`"
        );
    }
}
