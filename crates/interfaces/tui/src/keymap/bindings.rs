use super::{Action, Scope};
use crate::launch::LaunchTarget;
use crate::view::View;

/// A row of the table of keys.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// The name in the configuration file.
    pub name: &'static str,
    /// The default keys.
    pub keys: &'static [&'static str],
    /// What it does, as a sentence without a full stop.
    pub help: &'static str,
    /// A word or two for the footer; empty when it does not appear there.
    pub hint: &'static str,
    /// Whether it changes the observatory. Such bindings do not exist in read-only mode.
    pub is_change: bool,
    pub(crate) scope: Scope,
    pub(crate) action: Action,
}

impl Binding {
    /// Returns the heading under which the help lists the binding.
    pub const fn group(&self) -> &'static str {
        self.scope.title()
    }
}

const fn key(
    scope: Scope,
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    hint: &'static str,
    help: &'static str,
) -> Binding {
    Binding {
        name,
        keys,
        help,
        hint,
        is_change: false,
        scope,
        action,
    }
}

const fn change(
    scope: Scope,
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    hint: &'static str,
    help: &'static str,
) -> Binding {
    Binding {
        is_change: true,
        ..key(scope, action, name, keys, hint, help)
    }
}

use Action as A;
use Scope::{Alerts, DeadLetters, Detail, Form, Global, Jobs, Overview, Start, Table};

/// Every key, in the order of the help and of the footer.
#[rustfmt::skip]
pub const BINDINGS: &[Binding] = &[
    change(Form, A::SubmitJob, "submit", &["f2", "alt-enter"], "submit", "Submit the job, or send it again after no answer"),
    key(Form, A::NextField, "next-field", &["tab"], "next field", "Move to the next field, with the chosen completion"),
    key(Form, A::PreviousField, "previous-field", &["shift-tab"], "", "Move to the previous field"),
    change(Form, A::EditPayload, "edit-payload", &["ctrl-e"], "$EDITOR", "Edit the payload in $EDITOR"),
    key(Form, A::LeaveForm, "discard", &["esc"], "cancel", "Close the form; asks when something was typed"),
    key(Detail, A::NextSection, "next-section", &["tab"], "section", "Show the next section: summary, payload, result, log, events"),
    key(Detail, A::PreviousSection, "previous-section", &["shift-tab"], "", "Show the previous section"),
    key(Detail, A::Fold, "fold", &["enter", "space"], "fold", "Fold or unfold the value under the cursor, or show the JSON of the event"),
    key(Detail, A::FoldAll, "fold-all", &["z"], "fold all", "Fold or unfold every value"),
    key(Detail, A::GoLeft, "outer", &["left"], "", "Fold the value, or go to the one around it; in the log, show the attempt before"),
    key(Detail, A::GoRight, "inner", &["right"], "", "Unfold the value, or go into it; in the log, show the attempt after"),
    key(Detail, A::Search, "search", &["/"], "search", "Find text in the section"),
    key(Detail, A::NextMatch, "next-match", &["ctrl-n"], "", "Go to the next place that the search found"),
    key(Detail, A::PreviousMatch, "previous-match", &["ctrl-p"], "", "Go to the place before"),
    key(Detail, A::CopyValue, "copy-value", &["c"], "copy", "Copy the value, the log line or the event under the cursor"),
    key(Detail, A::ShowInPager, "pager", &["v"], "pager", "Show the section in $PAGER"),
    change(Detail, A::EditCopy, "edit-copy", &["e"], "edit a copy", "Open the New job form with a copy of the job"),
    change(Start, A::Launch(LaunchTarget::Process), "launch", &["l", "L"], "start one here", "Start an observatory on this machine"),
    change(Start, A::Launch(LaunchTarget::Cluster), "launch-cluster", &["k", "K"], "Kubernetes", "Start an observatory on Kubernetes, in a cluster of kind"),
    key(Start, A::Attach, "attach", &["a"], "connect", "Connect to another observatory: a URL or a profile"),
    key(Start, A::Refresh, "look-again", &["r", "R"], "retry now", "Look for the observatory again"),
    key(Start, A::Setup, "start-setup", &["d"], "setup", "Check the prerequisites"),
    key(Overview, A::NextWindow, "window", &["w"], "range", "Change the time range of the charts: 15 m, 1 h, 6 h, 24 h"),
    key(Table, A::Open, "open", &["enter"], "open", "Open what is selected"),
    key(Table, A::EditFilter, "filter", &["/"], "filter", "Filter; `!` before a term excludes what it selects"),
    change(Jobs, A::Retry, "retry", &["t"], "retry", "Retry the job, or every marked job"),
    change(Jobs, A::Cancel, "cancel", &["X"], "cancel", "Cancel the job, or every marked job, after a confirmation"),
    key(Jobs, A::Mark, "mark", &["space"], "mark", "Mark or unmark the job"),
    key(Jobs, A::MarkRange, "mark-range", &["ctrl-space"], "", "Mark every job between the last marked one and this one"),
    key(Jobs, A::MarkAll, "mark-all", &["a"], "", "Mark all loaded jobs; again: all that the filter selects; again: none"),
    key(Jobs, A::Sort, "sort", &["s"], "sort", "Sort by the next column"),
    key(Jobs, A::ReverseSort, "reverse-sort", &["S"], "", "Reverse the order"),
    key(Jobs, A::WideColumns, "wide-columns", &["ctrl-w"], "", "Show full ids and times"),
    change(DeadLetters, A::Retry, "replay", &["t"], "retry", "Run the dead letter again"),
    change(DeadLetters, A::Drop, "drop", &["D"], "drop", "Remove the dead letter, after a confirmation"),
    change(Alerts, A::Silence, "silence", &["x"], "silence", "Silence the alert for an hour, or end its silence"),
    change(Alerts, A::Acknowledge, "acknowledge", &["A"], "", "Acknowledge the alert: others see who works on it"),
    key(Table, A::MoveDown, "down", &["j", "down"], "", "Move down"),
    key(Table, A::MoveUp, "up", &["k", "up"], "", "Move up"),
    key(Table, A::PageDown, "page-down", &["pagedown", "ctrl-f"], "", "Move down by a page"),
    key(Table, A::PageUp, "page-up", &["pageup", "ctrl-b"], "", "Move up by a page"),
    key(Table, A::MoveTop, "top", &["g", "home"], "", "Move to the first row"),
    key(Table, A::MoveBottom, "bottom", &["G", "end"], "", "Move to the last row"),
    change(Global, A::NewJob, "new-job", &["n", "N"], "new job", "Submit a job"),
    key(Global, A::Palette, "palette", &[":"], "commands", "Find a command by its name"),
    key(Global, A::Help, "help", &["?"], "help", "Show every key"),
    key(Global, A::Quit, "quit", &["q", "Q"], "quit", "Quit"),
    key(Global, A::Show(View::Overview), "overview", &["1"], "", "Show the overview"),
    key(Global, A::Show(View::Jobs), "jobs", &["2"], "", "Show the jobs"),
    key(Global, A::Show(View::Events), "events", &["3"], "", "Show the events"),
    key(Global, A::Show(View::Queues), "queues", &["4"], "", "Show the queues and dead letters"),
    key(Global, A::Show(View::Services), "services", &["5"], "", "Show the services and workers"),
    key(Global, A::Show(View::Alerts), "alerts", &["6"], "", "Show the alerts"),
    key(Global, A::NextView, "next-view", &["tab"], "", "Show the next view"),
    key(Global, A::PreviousView, "previous-view", &["shift-tab"], "", "Show the previous view"),
    key(Global, A::GoBack, "back", &["["], "", "Go back to what was shown before"),
    key(Global, A::GoForward, "forward", &["]"], "", "Go forward again"),
    key(Global, A::LastView, "last-view", &["-"], "", "Switch between the last two views"),
    key(Global, A::Jump, "jump", &["f"], "", "Show letters on everything that can be selected, and jump to one"),
    key(Global, A::Close, "close", &["esc"], "", "Close what is open; without anything open, clear the marks, then the filter"),
    key(Global, A::ClearFilter, "clear-filter", &["ctrl-u"], "", "Clear the filter"),
    key(Global, A::CopyId, "copy-id", &["y"], "", "Copy the id of what is selected"),
    key(Global, A::CopyLink, "copy-link", &["Y"], "", "Copy the link to the web page of what is shown"),
    key(Global, A::OpenInBrowser, "browser", &["o"], "", "Open what is shown in the browser"),
    key(Global, A::Refresh, "refresh", &["r", "R"], "", "Load everything again now"),
    key(Global, A::Freeze, "freeze", &["p"], "", "Freeze or resume the screen"),
    key(Global, A::Health, "health", &["h"], "", "Show what is wrong and what to do"),
    key(Global, A::Links, "links", &["u", "U"], "", "Show the other user interfaces"),
    key(Global, A::Setup, "setup", &["d"], "", "Check the prerequisites"),
    key(Global, A::Tour, "tour", &["T"], "", "Take the tour"),
    key(Global, A::Screenshot, "screenshot", &["ctrl-s"], "", "Save the screen as SVG and text"),
    key(Global, A::ToggleMouse, "mouse", &["m"], "", "Switch between mouse control and the terminal's own selection"),
    change(Global, A::StopObservatory, "stop", &["ctrl-q"], "", "Stop the observatory that was started here, after a confirmation"),
    key(Global, A::QuitKeepingScreen, "quit-and-keep", &["Z"], "", "Quit and leave the last screen on the terminal"),
    key(Global, A::QuitAtOnce, "interrupt", &["ctrl-c"], "", "Quit, even while something is open"),
];
