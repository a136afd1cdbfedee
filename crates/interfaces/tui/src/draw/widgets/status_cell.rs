use odd_contracts::JobStatus;
use ratatui::text::Span;

use crate::theme::Theme;

/// Renders the symbol and the name of a status in its colour.
pub(crate) fn status_span(theme: &Theme, status: JobStatus) -> Span<'static> {
    let symbol = theme.symbols.status(status);
    Span::styled(format!("{symbol} {status}"), theme.status(status))
}
