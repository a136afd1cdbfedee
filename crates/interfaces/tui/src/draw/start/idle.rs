use odd_client::inert;
use ratatui::text::{Line, Span};

use super::pair::pair;
use super::texts::texts;
use crate::data::Phase;
use crate::draw::Canvas;
use crate::keymap::Action;
use crate::launch::LaunchTarget;
use crate::update::cannot_start;

/// Renders where nothing answers, and what can be done.
pub(super) fn lines(canvas: &Canvas<'_>, width: u16) -> Vec<Line<'static>> {
    let theme = canvas.theme();
    let mut lines = vec![
        Line::styled("No observatory answers here.", theme.heading()),
        Line::default(),
    ];
    lines.extend(places(canvas, width));
    if let Some(why) = canvas.state.unreachable()
        && !why.cause.is_empty()
    {
        lines.extend(pair(canvas, "answer", &why.cause, width));
    }
    lines.push(Line::default());
    lines.extend(choices(canvas));
    lines.push(Line::default());
    lines.push(next_look(canvas));
    lines
}

/// Renders that the observatory has stopped, and what can be done.
pub(super) fn stopped(canvas: &Canvas<'_>, width: u16) -> Vec<Line<'static>> {
    let texts = texts(canvas.state.launch.target);
    let mut lines = vec![
        Line::styled(texts.stopped, canvas.theme().heading()),
        Line::styled(texts.after_stop, canvas.theme().dim()),
        Line::default(),
    ];
    lines.extend(places(canvas, width));
    lines.push(Line::default());
    lines.extend(choices(canvas));
    lines
}

/// Renders the URLs and the profile.
fn places(canvas: &Canvas<'_>, width: u16) -> Vec<Line<'static>> {
    let endpoint = &canvas.state.endpoint;
    let launcher = canvas.state.launch.launcher.as_ref();
    let data_dir = launcher.map(|launcher| launcher.data_dir.display().to_string());
    let places = [
        ("gateway", Some(&endpoint.gateway_url)),
        ("read-model", Some(&endpoint.read_model_url)),
        ("profile", endpoint.profile.as_ref()),
        ("data here", data_dir.as_ref()),
    ];
    let places = places.into_iter();
    places
        .filter_map(|(label, text)| text.map(|text| pair(canvas, label, &inert(text), width)))
        .flatten()
        .collect()
}

/// Renders what can be done, with its keys.
pub(super) fn choices(canvas: &Canvas<'_>) -> Vec<Line<'static>> {
    let start = match canvas.state.launch.launcher {
        Some(_) => "start an observatory on this machine".to_owned(),
        None => cannot_start(canvas.state).to_owned(),
    };
    let can_start = canvas.state.launch.launcher.is_some();
    let choices = [
        (Action::Launch(LaunchTarget::Process), start, can_start),
        (
            Action::Launch(LaunchTarget::Cluster),
            "start it on Kubernetes, with Docker and kind".to_owned(),
            can_start,
        ),
        (
            Action::Attach,
            "connect to another one: a URL or a profile".to_owned(),
            canvas.state.can_attach,
        ),
        (Action::Refresh, "retry now".to_owned(), true),
        (Action::Setup, "check the prerequisites".to_owned(), true),
        (Action::Quit, "quit".to_owned(), true),
    ];
    let choices = choices.into_iter().filter(|(action, _, is_possible)| {
        *is_possible || *action == Action::Launch(LaunchTarget::Process)
    });
    choices
        .map(|(action, text, is_possible)| choice(canvas, action, &text, is_possible))
        .collect()
}

fn choice(canvas: &Canvas<'_>, action: Action, text: &str, is_possible: bool) -> Line<'static> {
    let theme = canvas.theme();
    let key = match is_possible {
        true => canvas.state.keymap.key_of(action),
        false => String::new(),
    };
    let style = if is_possible {
        theme.text()
    } else {
        theme.dim()
    };
    Line::from(vec![
        Span::styled(format!("{key:>10}"), theme.accent()),
        Span::styled(format!("  {text}"), style),
    ])
}

/// Renders when it is looked again.
fn next_look(canvas: &Canvas<'_>) -> Line<'static> {
    let state = canvas.state;
    let text = match state.overview.figures.phase(state.now.elapsed) {
        Phase::Failed {
            retry_in: Some(wait),
            ..
        } => format!("Next try in {} s.", wait.as_millis().div_ceil(1_000)),
        _ => "Trying now.".to_owned(),
    };
    Line::styled(text, canvas.theme().dim())
}
