use odd_client::inert;
use odd_contracts::counted;
use odd_doctor::{Check, CheckStatus, Report, Summary};

/// Fixes begin below the titles.
const INDENT: &str = "        ";

/// Renders the checks in groups, each with its fix below it, and a summary.
pub(super) fn render(report: &Report, colour: bool) -> String {
    let titles = report
        .checks
        .iter()
        .map(|check| check.title.chars().count());
    let width = titles.max().unwrap_or(0);
    let mut text = String::new();
    let mut group = None;
    for check in &report.checks {
        if group != Some(check.group) {
            let gap = if group.is_some() { "\n" } else { "" };
            text.push_str(&format!("{gap}{}\n", check.group.title()));
            group = Some(check.group);
        }
        text.push_str(&lines(check, width, colour));
    }
    text.push_str(&format!("\n{}\n", summary(report.summary)));
    text
}

fn lines(check: &Check, width: usize, colour: bool) -> String {
    let label = label(check.status, colour);
    let (title, detail) = (inert(&check.title), inert(&check.detail));
    let mut text = format!("{label} {title:width$}  {detail}\n");
    if let Some(fix) = &check.fix {
        text.push_str(&format!("{INDENT}{}\n", inert(&fix.text)));
        if let Some(command) = &fix.command {
            text.push_str(&format!("{INDENT}$ {}\n", inert(command)));
        }
    }
    text
}

/// The label is padded before it is coloured, because escape sequences have no width.
fn label(status: CheckStatus, colour: bool) -> String {
    let label = format!("{:7}", status.label());
    let code = match status {
        CheckStatus::Ok => "32",
        CheckStatus::Warn => "33",
        CheckStatus::Fail => "1;31",
        CheckStatus::Skipped => "2",
    };
    match colour {
        true => format!("\u{1b}[{code}m{label}\u{1b}[0m"),
        false => label,
    }
}

fn summary(summary: Summary) -> String {
    let count = |number: usize, noun| counted(number as u64, noun);
    let mut parts = vec![format!("{} ok", summary.ok)];
    let counts = [
        (summary.warn, count(summary.warn, "warning")),
        (summary.fail, count(summary.fail, "failure")),
        (summary.skipped, format!("{} skipped", summary.skipped)),
    ];
    parts.extend(
        counts
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(_, text)| text),
    );
    parts.join(", ")
}
