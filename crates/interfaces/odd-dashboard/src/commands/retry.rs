use odd_client::ClientError;

/// Renders an error and its innermost cause.
pub(super) fn in_one_line(error: &ClientError) -> String {
    let cause = match error {
        ClientError::Problem(problem) => Some(problem.detail.clone()),
        _ => error.root_cause().map(ToString::to_string),
    };
    match cause {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
