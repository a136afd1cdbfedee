use odd_client::status_symbol;
use odd_contracts::JobStatus;
use ratatui::symbols::{Marker, bar, border};

/// The characters outside of text. There is one set for terminals with Unicode, and one in ASCII.
#[derive(Debug)]
pub(crate) struct Symbols {
    pub(crate) is_ascii: bool,
    pub(crate) live: &'static str,
    pub(crate) frozen: &'static str,
    pub(crate) stale: &'static str,
    pub(crate) mark: &'static str,
    pub(crate) cursor: &'static str,
    pub(crate) cut: &'static str,
    pub(crate) dot: &'static str,
    pub(crate) up: &'static str,
    pub(crate) down: &'static str,
    pub(crate) warning: &'static str,
    /// Before a container whose content is hidden, and before one whose content is shown.
    pub(crate) folded: &'static str,
    pub(crate) unfolded: &'static str,
    /// Before advice.
    pub(crate) advice: &'static str,
    /// The parts of a waterfall: delayed, queued, claimed, running.
    pub(crate) stages: [&'static str; 4],
    pub(crate) bars: bar::Set<'static>,
    pub(crate) borders: border::Set<'static>,
    pub(crate) chart: Marker,
    spinner: &'static [&'static str],
}

impl Symbols {
    pub(super) const fn of(ascii: bool) -> &'static Self {
        match ascii {
            true => &ASCII,
            false => &UNICODE,
        }
    }

    /// Returns the symbol of a status.
    pub(crate) const fn status(&self, status: JobStatus) -> char {
        if !self.is_ascii {
            return status_symbol(status);
        }
        match status {
            JobStatus::Scheduled => '@',
            JobStatus::Pending => 'o',
            JobStatus::Validated => 'v',
            JobStatus::Executing => '*',
            JobStatus::Retrying => '~',
            JobStatus::Completed => '+',
            JobStatus::Failed => 'x',
            JobStatus::Cancelled => '-',
        }
    }

    /// Returns a frame of the spinner.
    pub(crate) fn spinner(&self, frame: usize) -> &'static str {
        self.spinner[frame % self.spinner.len()]
    }
}

static UNICODE: Symbols = Symbols {
    is_ascii: false,
    live: "●",
    frozen: "‖",
    stale: "◌",
    mark: "▌",
    cursor: "›",
    cut: "…",
    dot: "·",
    up: "▲",
    down: "▼",
    warning: "▲",
    folded: "▸",
    unfolded: "▾",
    advice: "→",
    stages: ["╌", "░", "▒", "█"],
    bars: bar::NINE_LEVELS,
    borders: border::ROUNDED,
    chart: Marker::Braille,
    spinner: &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
};

static ASCII: Symbols = Symbols {
    is_ascii: true,
    live: "*",
    frozen: "||",
    stale: "?",
    mark: "+",
    cursor: ">",
    cut: "~",
    dot: "-",
    up: "^",
    down: "v",
    warning: "!",
    folded: "+",
    unfolded: "-",
    advice: "->",
    stages: [".", "-", "=", "#"],
    bars: bar::Set {
        full: "#",
        seven_eighths: "#",
        three_quarters: "+",
        five_eighths: "=",
        half: "=",
        three_eighths: "-",
        one_quarter: ".",
        one_eighth: ".",
        empty: " ",
    },
    borders: border::Set {
        top_left: "+",
        top_right: "+",
        bottom_left: "+",
        bottom_right: "+",
        vertical_left: "|",
        vertical_right: "|",
        horizontal_top: "-",
        horizontal_bottom: "-",
    },
    chart: Marker::Custom('*'),
    spinner: &["|", "/", "-", "\\"],
};
