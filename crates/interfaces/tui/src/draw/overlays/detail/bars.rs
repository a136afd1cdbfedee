use odd_client::inert;
use odd_contracts::{Job, JobStatus, Timestamp};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::outcomes::{cause, outcome};
use crate::data::{JobEvents, Stage, StageKind, Waterfall, WaterfallRow};
use crate::draw::Canvas;
use crate::format;

/// Columns before the bar: number, symbol and outcome.
const LABEL: usize = 4 + 1 + 1 + 1 + 9 + 1;

/// Columns of a duration after the bar.
const TIME: usize = 9;

/// Width from which there is room for what the outcomes do not tell, and for every duration.
const WIDE: usize = 70;

/// The parts of a line.
struct Columns {
    /// Columns of the cause after the outcome.
    cause: usize,
    bar: usize,
    times: &'static [StageKind],
}

impl Columns {
    fn of(waterfall: &Waterfall<'_>, width: usize) -> Self {
        let times = match width >= WIDE {
            true => &[StageKind::Delayed, StageKind::Queued, StageKind::Running][..],
            false => &[StageKind::Queued, StageKind::Running],
        };
        let attempts = waterfall.rows.iter().filter_map(|row| row.attempt);
        let longest = attempts.map(|attempt| cause(attempt.outcome).len()).max();
        let cause = match longest.unwrap_or(0) {
            longest if longest > 0 && width >= WIDE => longest + 1,
            _ => 0,
        };
        let bar = width.saturating_sub(LABEL + cause + times.len() * TIME);
        Self { cause, bar, times }
    }

    fn label(&self) -> usize {
        LABEL + self.cause
    }
}

/// Renders the life of a job as one bar for each attempt, drawn to scale.
pub(super) fn waterfall_lines(canvas: &Canvas<'_>, job: &Job, width: usize) -> Vec<Line<'static>> {
    let state = canvas.state;
    let events = state.detail.events.value().map_or(&[][..], JobEvents::all);
    let waterfall = Waterfall::of(job, events, state.now.wall);
    if waterfall.rows.is_empty() {
        return Vec::new();
    }
    let columns = Columns::of(&waterfall, width);
    let mut lines = vec![heading(canvas, &waterfall, &columns)];
    let first = waterfall.rows[0]
        .attempt
        .map_or(1, |attempt| attempt.attempt);
    if first > 1 {
        let text = format!("   the first {} attempts are not listed", first - 1);
        lines.push(Line::styled(text, canvas.theme().dim()));
    }
    let mut run = waterfall.rows[0]
        .attempt
        .map_or(job.run, |attempt| attempt.run);
    for row in &waterfall.rows {
        let next_run = row.attempt.map_or(job.run, |attempt| attempt.run);
        if next_run != run {
            let text = format!("   run {next_run}, begun by a retry");
            lines.push(Line::styled(text, canvas.theme().dim()));
        }
        run = next_run;
        lines.push(row_line(canvas, &waterfall, row, &columns));
        lines.extend(error_line(canvas, job, row, width));
    }
    lines.push(legend(canvas, &waterfall, &columns));
    lines
}

/// Renders why an attempt failed, unless that is the error of the job and shown above.
fn error_line(
    canvas: &Canvas<'_>,
    job: &Job,
    row: &WaterfallRow<'_>,
    width: usize,
) -> Option<Line<'static>> {
    let error = row.error()?;
    let is_above = job.status != JobStatus::Completed && job.error.as_ref() == Some(error);
    let text = format!(
        "     {}: {}",
        format::reason(error.reason),
        inert(&error.message)
    );
    let text = canvas.cut(&text, width).into_owned();
    (!is_above).then(|| Line::styled(text, canvas.theme().dim()))
}

/// Renders the beginning and the length of the scale, and what the durations are.
fn heading(canvas: &Canvas<'_>, waterfall: &Waterfall<'_>, columns: &Columns) -> Line<'static> {
    let theme = canvas.theme();
    let start = format::clock(waterfall.start, &canvas.state.zone);
    let length = format!(
        "+{}",
        format::duration(format::between(waterfall.start, waterfall.end))
    );
    let gap = columns
        .bar
        .saturating_sub(start.len() + format::width(&length));
    let mut text = format!("{start}{}{length}", " ".repeat(gap));
    for kind in columns.times {
        text.push_str(&format!("{:>TIME$}", title(*kind)));
    }
    Line::from(vec![
        Span::styled(
            format!("{:<width$}", "Attempts", width = columns.label()),
            theme.heading(),
        ),
        Span::styled(text, theme.dim()),
    ])
}

fn row_line(
    canvas: &Canvas<'_>,
    waterfall: &Waterfall<'_>,
    row: &WaterfallRow<'_>,
    columns: &Columns,
) -> Line<'static> {
    let theme = canvas.theme();
    let (number, symbol, word, style) = match row.attempt {
        None => (String::new(), ' ', unstarted(canvas), theme.dim()),
        Some(attempt) => {
            let (symbol, word, style) = outcome(canvas, attempt.outcome);
            (attempt.attempt.to_string(), symbol, word, style)
        }
    };
    let cause = row.attempt.map_or("", |attempt| cause(attempt.outcome));
    let room = columns.cause;
    let cause = match room {
        0 => String::new(),
        _ => format!("{cause:<room$}"),
    };
    let mut spans = vec![
        Span::styled(format!("{number:>4} "), theme.dim()),
        Span::styled(format!("{symbol} {word:<9} "), style),
        Span::styled(cause, theme.dim()),
    ];
    spans.extend(bar_spans(canvas, waterfall, row, columns.bar, style));
    for kind in columns.times {
        let time = match row.time_in(*kind) {
            time if time.is_zero() && *kind != StageKind::Running => String::new(),
            _ if row.attempt.is_none() && *kind == StageKind::Running => String::new(),
            time => format::duration(time),
        };
        let padding = TIME.saturating_sub(format::width(&time));
        spans.push(Span::raw(format!("{}{time}", " ".repeat(padding))));
    }
    Line::from(spans)
}

/// Returns the word for a time without an attempt.
fn unstarted(canvas: &Canvas<'_>) -> &'static str {
    let job = canvas.state.detail.job.value();
    match job.is_some_and(|job| job.status.is_terminal()) {
        true => "not run",
        false => "waiting",
    }
}

/// Renders the stages of an attempt at their places on the scale. Each has at least one column.
fn bar_spans(
    canvas: &Canvas<'_>,
    waterfall: &Waterfall<'_>,
    row: &WaterfallRow<'_>,
    columns: usize,
    outcome: Style,
) -> Vec<Span<'static>> {
    let mut cells: Vec<Option<StageKind>> = vec![None; columns];
    for stage in &row.stages {
        let (from, to) = columns_of(waterfall, stage, columns);
        cells[from..to].fill(Some(stage.kind));
    }
    let groups = cells.chunk_by(|left, right| left == right);
    let spans = groups.map(|group| match group[0] {
        None => Span::raw(" ".repeat(group.len())),
        Some(kind) => {
            let style = stage_style(canvas, kind, outcome);
            Span::styled(
                canvas.symbols().stages[kind as usize].repeat(group.len()),
                style,
            )
        }
    });
    spans.collect()
}

/// Returns the first column of a stage, and the one after its last.
fn columns_of(waterfall: &Waterfall<'_>, stage: &Stage, columns: usize) -> (usize, usize) {
    let length = format::between(waterfall.start, waterfall.end).as_secs_f64();
    let position = |at: Timestamp| match length > 0.0 {
        true => format::between(waterfall.start, at).as_secs_f64() / length * columns as f64,
        false => 0.0,
    };
    let from = (position(stage.from).floor() as usize).min(columns.saturating_sub(1));
    let to = (position(stage.to).ceil() as usize).clamp(from + 1, columns.max(from + 1));
    (from.min(columns), to.min(columns))
}

fn stage_style(canvas: &Canvas<'_>, kind: StageKind, outcome: Style) -> Style {
    let theme = canvas.theme();
    match kind {
        StageKind::Delayed => theme.dim(),
        StageKind::Queued => theme.status(JobStatus::Pending),
        StageKind::Claimed => theme.status(JobStatus::Validated),
        StageKind::Running => outcome,
    }
}

const fn title(kind: StageKind) -> &'static str {
    match kind {
        StageKind::Delayed => "delayed",
        StageKind::Queued => "queued",
        StageKind::Claimed => "claimed",
        StageKind::Running => "running",
    }
}

/// Renders the meaning of the characters that the bars consist of.
fn legend(canvas: &Canvas<'_>, waterfall: &Waterfall<'_>, columns: &Columns) -> Line<'static> {
    let kinds = [
        StageKind::Delayed,
        StageKind::Queued,
        StageKind::Claimed,
        StageKind::Running,
    ];
    let stages = canvas.symbols().stages;
    let is_drawn = |kind: &StageKind| {
        let mut drawn = waterfall.rows.iter().flat_map(|row| &row.stages);
        drawn.any(|stage| stage.kind == *kind)
    };
    let kinds = kinds.into_iter().filter(is_drawn);
    let texts: Vec<_> = kinds
        .map(|kind| format!("{} {}", stages[kind as usize], title(kind)))
        .collect();
    let indent = " ".repeat(columns.label());
    Line::styled(
        format!("{indent}{}", texts.join("  ")),
        canvas.theme().dim(),
    )
}
