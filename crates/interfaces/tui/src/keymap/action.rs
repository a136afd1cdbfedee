use crate::launch::LaunchTarget;
use crate::view::View;

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    Show(View),
    NextView,
    PreviousView,
    GoBack,
    GoForward,
    LastView,
    MoveUp,
    MoveDown,
    PageUp,
    PageDown,
    MoveTop,
    MoveBottom,
    Open,
    Close,
    Jump,
    EditFilter,
    ClearFilter,
    Sort,
    ReverseSort,
    WideColumns,
    Mark,
    MarkRange,
    MarkAll,
    Retry,
    Cancel,
    Drop,
    Silence,
    Acknowledge,
    NewJob,
    EditCopy,
    SubmitJob,
    NextField,
    PreviousField,
    EditPayload,
    LeaveForm,
    CopyId,
    CopyLink,
    OpenInBrowser,
    ShowInPager,
    NextSection,
    PreviousSection,
    Fold,
    FoldAll,
    GoLeft,
    GoRight,
    Search,
    NextMatch,
    PreviousMatch,
    CopyValue,
    NextWindow,
    Refresh,
    Freeze,
    Health,
    Links,
    Setup,
    Launch(LaunchTarget),
    Attach,
    Palette,
    Help,
    Tour,
    Screenshot,
    ToggleMouse,
    StopObservatory,
    QuitKeepingScreen,
    Quit,
    QuitAtOnce,
}

impl Action {
    /// Whether it uses something outside of the terminal: another program, a file, this machine, another observatory.
    pub(crate) const fn leaves_terminal(self) -> bool {
        matches!(
            self,
            Self::EditPayload
                | Self::ShowInPager
                | Self::OpenInBrowser
                | Self::Screenshot
                | Self::Setup
                | Self::Launch(_)
                | Self::Attach
                | Self::StopObservatory
        )
    }
}

/// Where a binding applies. A more specific one is tried first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    /// Everywhere, except while text is entered.
    Global,
    /// In every table.
    Table,
    /// In the overview.
    Overview,
    /// In the table of jobs.
    Jobs,
    /// In the table of dead letters.
    DeadLetters,
    /// In the table of alerts.
    Alerts,
    /// In the detail of a job.
    Detail,
    /// In the form of a new job.
    Form,
    /// On the start screen.
    Start,
}

impl Scope {
    /// Returns the heading in the help.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Global => "Everywhere",
            Self::Table => "Tables",
            Self::Overview => "Overview",
            Self::Jobs => "Jobs",
            Self::DeadLetters => "Dead letters",
            Self::Alerts => "Alerts",
            Self::Detail => "Job detail",
            Self::Form => "New job",
            Self::Start => "Start screen",
        }
    }

    /// Every scope, in the order of the help.
    pub(crate) const ALL: [Self; 9] = [
        Self::Global,
        Self::Table,
        Self::Overview,
        Self::Jobs,
        Self::DeadLetters,
        Self::Alerts,
        Self::Detail,
        Self::Form,
        Self::Start,
    ];
}
