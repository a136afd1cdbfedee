use std::io::{self, IsTerminal};

use odd_contracts::schema::validate_submission;
use odd_contracts::{JobSubmission, RawJson, parse_strict};
use odd_desktop::{Environment, Tool};

use crate::context::Context;
use crate::failure::Failure;
use crate::output::Printer;

const HEAD: &str = "\
# Save and close this file to submit the job. Lines that begin with # are ignored.
# An empty or unchanged file submits nothing.
# Further fields: id, runAt, delayMs, maxAttempts, timeoutMs, retry, uniqueKey, tags, metadata.
";

/// Returns the editor of the user.
///
/// # Errors
/// When there is none, or the user has chosen none and cannot use one: without a terminal, an editor would wait for ever.
pub(super) fn editor(context: &Context) -> Result<Tool, Failure> {
    let environment = Environment::current();
    let has_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    let is_usable = has_terminal && context.may_ask();
    if !is_usable && !Tool::is_editor_chosen(&environment) {
        let cause = match context.may_ask() {
            true => "standard input and output are not a terminal",
            false => "--no-input does not allow to ask for anything",
        };
        return Err(Failure::usage("cannot edit the submission")
            .cause(cause)
            .hint("set VISUAL or EDITOR to a program that changes the file without a terminal"));
    }
    Tool::editor(&environment)
        .map_err(|error| Failure::usage("cannot edit the submission").caused_by(&error))
}

/// Lets the user edit the whole submission, again and again until it satisfies the contract. Blocks until then.
///
/// # Errors
/// When the editor fails, or the user submits nothing; without `may_reopen`, also when the first result violates the
/// contract. A text that is not valid is printed, because its file is gone.
pub(super) fn edit(
    editor: &Tool,
    submission: JobSubmission,
    may_reopen: impl Fn() -> bool,
    printer: Printer,
) -> Result<JobSubmission, Failure> {
    let open = |text: &str| {
        let edited = editor.edit(text, ".json");
        edited.map_err(|error| Failure::failed("nothing was submitted").caused_by(&error))
    };
    edit_with(&template(submission), open, may_reopen).map_err(|not_edited| {
        if let Some(text) = not_edited.text {
            printer.rescue("the edited text", text.trim_end());
        }
        not_edited.failure
    })
}

/// Why there is no submission, and the last text that the user has written.
#[derive(Debug)]
struct NotEdited {
    failure: Failure,
    text: Option<String>,
}

/// Renders the submission as JSON, with the fields that people most often change.
fn template(mut submission: JobSubmission) -> String {
    let empty = || RawJson::from_text("{}".to_owned()).expect("JSON");
    submission.payload.get_or_insert_with(empty);
    submission.queue.get_or_insert_default();
    submission.priority.get_or_insert_default();
    serde_json::to_string_pretty(&submission).expect("a submission is JSON")
}

fn edit_with(
    json: &str,
    open: impl Fn(&str) -> Result<String, Failure>,
    may_reopen: impl Fn() -> bool,
) -> Result<JobSubmission, NotEdited> {
    let mut shown = format!("{HEAD}{json}\n");
    let mut errors = Vec::new();
    // The last text that is not valid.
    let mut text = None;
    loop {
        let edited = match open(&shown) {
            Ok(edited) => edited,
            Err(failure) => return Err(NotEdited { failure, text }),
        };
        let json = without_comments(&edited);
        let is_empty = json.trim().is_empty();
        if edited == shown || is_empty {
            let failure = nothing_submitted(errors, is_empty);
            let text = text.filter(|_| !is_empty);
            return Err(NotEdited { failure, text });
        }
        match parse(&json) {
            Ok(submission) => return Ok(submission),
            Err(why) if may_reopen() => {
                let comments = why.iter().map(|why| format!("# error: {why}\n"));
                shown = format!("{}{HEAD}{json}", comments.collect::<String>());
                errors = why;
                text = Some(json);
            }
            Err(why) => {
                let failure = nothing_submitted(why, false);
                let text = Some(json);
                return Err(NotEdited { failure, text });
            }
        }
    }
}

/// A string of JSON cannot contain the end of a line, so no line of JSON begins with `#`.
fn without_comments(text: &str) -> String {
    let is_comment = |line: &&str| line.trim_start().starts_with('#');
    let lines = text.split_inclusive('\n');
    lines.filter(|line| !is_comment(line)).collect()
}

/// Parses and validates a submission as the gateway does.
///
/// # Errors
/// What is wrong, each with its place.
fn parse(json: &str) -> Result<JobSubmission, Vec<String>> {
    let value = parse_strict(json.as_bytes()).map_err(|error| vec![error.to_string()])?;
    validate_submission(&value).map_err(|errors| {
        let errors = errors.into_iter();
        let lines = errors.map(|error| format!("{}: {}", error.pointer, error.message));
        lines.collect::<Vec<_>>()
    })?;
    serde_json::from_str(json).map_err(|error| vec![error.to_string()])
}

fn nothing_submitted(errors: Vec<String>, is_empty: bool) -> Failure {
    if !errors.is_empty() {
        let mut failure = Failure::usage("the submission is not valid; nothing was submitted");
        failure.causes = errors;
        return failure;
    }
    let cause = match is_empty {
        true => "the text is empty",
        false => "the text was not changed",
    };
    Failure::failed("nothing was submitted").cause(cause)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::exit::Exit;

    const JSON: &str = "{\n  \"type\": \"echo\",\n  \"payload\": {}\n}";

    /// Edits with an editor that replaces texts as listed, one pair for each time it is opened.
    fn edited(
        replacements: &[(&str, &str)],
        may_reopen: bool,
    ) -> (Result<JobSubmission, NotEdited>, Vec<String>) {
        let shown = RefCell::new(Vec::new());
        let open = |text: &str| {
            let (from, to) = replacements[shown.borrow().len()];
            shown.borrow_mut().push(text.to_owned());
            Ok(text.replace(from, to))
        };
        let result = edit_with(JSON, open, || may_reopen);
        (result, shown.into_inner())
    }

    #[test]
    fn edited_submission_keeps_its_payload_exactly() {
        let (result, _) = edited(&[("{}", "{\"n\": 12345678901234567890.10}")], true);
        let payload = result.expect("valid").payload.expect("given");
        assert_eq!(payload.get(), "{\"n\": 12345678901234567890.10}");
    }

    #[test]
    fn invalid_submission_is_opened_again_with_its_errors() {
        let (result, shown) = edited(
            &[
                ("\"type\"", "\"tpye\""),
                ("\"tpye\": \"echo\",", "\"type\": \"echo\" x"),
                (" x", ","),
            ],
            true,
        );
        assert_eq!(result.expect("valid").job_type.to_string(), "echo");
        assert!(shown[1].starts_with("# error: "), "{}", shown[1]);
        assert!(shown[1].contains("tpye"), "{}", shown[1]);
        assert!(shown[2].contains("line 2"), "{}", shown[2]);
        assert_eq!(shown[2].matches("# error: ").count(), 1, "{}", shown[2]);
    }

    #[test]
    fn empty_or_unchanged_text_submits_nothing() {
        for replacement in [(JSON, ""), ("", "")] {
            let (result, _) = edited(&[replacement], true);
            assert_eq!(result.expect_err("aborted").failure.exit, Exit::Failure);
        }
        let (result, _) = edited(&[("echo", "not a type"), ("", "")], true);
        let not_edited = result.expect_err("not valid");
        assert_eq!(not_edited.failure.exit, Exit::Usage);
        assert!(not_edited.text.expect("kept").contains("not a type"));
    }

    #[test]
    fn without_input_an_invalid_submission_is_refused_at_once() {
        let (result, shown) = edited(&[("echo", "not a type")], false);
        let not_edited = result.expect_err("invalid");
        assert_eq!(not_edited.failure.exit, Exit::Usage);
        assert!(not_edited.text.expect("kept").contains("not a type"));
        assert_eq!(shown.len(), 1);
    }
}
