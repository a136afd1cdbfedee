//! Colours and symbols. Views name roles, such as "warning" or "selected row", and never a colour.

mod colours;
mod detect;
mod palette;
mod symbols;

pub use colours::Colours;
pub use detect::TerminalColours;
pub(crate) use symbols::Symbols;

use odd_contracts::{AlertSeverity, HealthStatus, JobStatus};
use ratatui::style::{Color, Modifier, Style};

use palette::Palette;

/// The appearance of everything that is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Theme {
    palette: Palette,
    has_colours: bool,
    pub(crate) symbols: &'static Symbols,
}

impl Theme {
    pub(crate) fn new(colours: Colours, ascii: bool) -> Self {
        Self {
            palette: Palette::of(colours),
            has_colours: colours != Colours::None,
            symbols: Symbols::of(ascii),
        }
    }

    /// Ordinary text.
    pub(crate) fn text(&self) -> Style {
        Style::new()
    }

    /// Text that matters less: labels, ages, hints.
    pub(crate) fn dim(&self) -> Style {
        let dim = self.coloured(self.palette.dim, Modifier::DIM);
        match self.has_colours {
            // Its contrast is low enough, also in what is old.
            true => dim.remove_modifier(Modifier::DIM),
            false => dim,
        }
    }

    /// Headings.
    pub(crate) fn heading(&self) -> Style {
        // The colour of the terminal, also in a frame that has another.
        Style::new().fg(Color::Reset).add_modifier(Modifier::BOLD)
    }

    /// What can be pressed: keys, the active tab, the cursor of an input.
    pub(crate) fn accent(&self) -> Style {
        self.coloured(self.palette.accent, Modifier::BOLD)
            .add_modifier(Modifier::BOLD)
    }

    /// Borders and rules.
    pub(crate) fn border(&self) -> Style {
        self.coloured(self.palette.border, Modifier::DIM)
    }

    /// The selected row.
    pub(crate) fn selected(&self) -> Style {
        match self.has_colours {
            true => Style::new().bg(self.palette.selected),
            false => Style::new().add_modifier(Modifier::REVERSED),
        }
    }

    /// A marked row.
    pub(crate) fn marked(&self) -> Style {
        self.coloured(self.palette.marked, Modifier::BOLD)
    }

    /// What is as it should be.
    pub(crate) fn ok(&self) -> Style {
        self.coloured(self.palette.ok, Modifier::empty())
    }

    /// Something that needs attention soon.
    pub(crate) fn warning(&self) -> Style {
        self.coloured(self.palette.warning, Modifier::BOLD)
    }

    /// Something that failed.
    pub(crate) fn error(&self) -> Style {
        self.coloured(self.palette.error, Modifier::BOLD)
    }

    /// A label over an element that a jump can reach.
    pub(crate) fn jump_label(&self) -> Style {
        let label = Style::new().add_modifier(Modifier::BOLD);
        match self.has_colours {
            true => label.fg(self.palette.on_marked).bg(self.palette.marked),
            false => label.add_modifier(Modifier::REVERSED),
        }
    }

    /// The series of a chart, by position.
    pub(crate) fn series(&self, index: usize) -> Style {
        let colours = [
            self.palette.accent,
            self.palette.ok,
            self.palette.warning,
            self.palette.error,
        ];
        self.coloured(colours[index % colours.len()], Modifier::empty())
    }

    /// A status of a job.
    pub(crate) fn status(&self, status: JobStatus) -> Style {
        let colour = match status {
            JobStatus::Scheduled | JobStatus::Pending => self.palette.waiting,
            JobStatus::Validated | JobStatus::Executing => self.palette.running,
            JobStatus::Retrying => self.palette.warning,
            JobStatus::Completed => self.palette.ok,
            JobStatus::Failed => self.palette.error,
            JobStatus::Cancelled => self.palette.cancelled,
        };
        let emphasis = match status {
            JobStatus::Failed => Modifier::BOLD,
            _ => Modifier::empty(),
        };
        self.coloured(colour, emphasis)
    }

    /// The name of a field in JSON.
    pub(crate) fn key(&self) -> Style {
        self.coloured(self.palette.accent, Modifier::empty())
    }

    /// A string in JSON.
    pub(crate) fn string(&self) -> Style {
        self.coloured(self.palette.ok, Modifier::empty())
    }

    /// A number, `true`, `false` or `null` in JSON.
    pub(crate) fn number(&self) -> Style {
        self.coloured(self.palette.warning, Modifier::empty())
    }

    /// Text that a search has found.
    pub(crate) fn found(&self) -> Style {
        let found = Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
        match self.has_colours {
            true => found.fg(self.palette.marked),
            false => found,
        }
    }

    /// The health of the system.
    pub(crate) fn health(&self, status: HealthStatus) -> Style {
        match status {
            HealthStatus::Ok => self.ok(),
            HealthStatus::Degraded => self.warning(),
            HealthStatus::Failing => self.error(),
        }
    }

    /// The severity of an alert.
    pub(crate) fn severity(&self, severity: AlertSeverity) -> Style {
        match severity {
            AlertSeverity::Info => self.dim(),
            AlertSeverity::Warning => self.warning(),
            AlertSeverity::Critical => self.error(),
        }
    }

    /// Returns a style with `colour`, or with `otherwise` where there are no colours.
    fn coloured(&self, colour: Color, otherwise: Modifier) -> Style {
        match self.has_colours {
            true => Style::new().fg(colour),
            false => Style::new().add_modifier(otherwise),
        }
    }
}
