use odd_client::inert;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use crate::attach::AttachTo;
use crate::draw::Canvas;
use crate::format;
use crate::state::AttachPrompt;

/// Profiles that are listed.
const PROFILES: usize = 8;

/// Draws the input that asks for another observatory, what its text means, and the profiles.
pub(crate) fn draw_attach(canvas: &mut Canvas<'_>, area: Rect, prompt: &AttachPrompt) {
    let profiles = canvas.state.profiles.len().min(PROFILES);
    let height = 7 + u16::try_from(profiles).unwrap_or(0);
    let window = Canvas::centred(area, 76, height);
    let inner = canvas.window(window, "Connect to");
    let inner = Rect::new(
        inner.x + 1,
        inner.y,
        inner.width.saturating_sub(2),
        inner.height,
    );
    let mut lines = vec![
        Line::styled(hint(canvas), canvas.theme().dim()),
        input(canvas, prompt, inner.width),
    ];
    lines.extend(meaning(canvas, prompt));
    lines.resize(5, Line::default());
    lines.extend(profile_lines(canvas, prompt, inner.width));
    for (y, line) in (inner.y..inner.bottom()).zip(lines) {
        canvas.line(Rect::new(inner.x, y, inner.width, 1), line);
    }
}

/// Returns where the cursor of the input is.
pub(crate) fn attach_cursor(area: Rect, profiles: usize, prompt: &AttachPrompt) -> Position {
    let height = 7 + u16::try_from(profiles.min(PROFILES)).unwrap_or(0);
    let window = Canvas::centred(area, 76, height);
    let room = window.width.saturating_sub(6);
    let column = u16::try_from(prompt.input.cursor().1).unwrap_or(u16::MAX);
    Position::new(window.x + 4 + column.min(room), window.y + 2)
}

fn hint(canvas: &Canvas<'_>) -> &'static str {
    match canvas.state.profiles.is_empty() {
        true => "A URL, or two: gateway and read-model",
        false => "A profile, a URL, or two: gateway and read-model",
    }
}

fn input(canvas: &Canvas<'_>, prompt: &AttachPrompt, width: u16) -> Line<'static> {
    let text = inert(prompt.text()).into_owned();
    let room = usize::from(width.saturating_sub(2));
    // The end is where text is entered.
    let surplus = format::width(&text).saturating_sub(room);
    let shown: String = text.chars().skip(surplus).collect();
    Line::from(vec![
        Span::styled(
            format!("{} ", canvas.symbols().cursor),
            canvas.theme().accent(),
        ),
        Span::raw(shown),
    ])
}

/// Renders what the text means, or why it means nothing.
fn meaning(canvas: &Canvas<'_>, prompt: &AttachPrompt) -> Vec<Line<'static>> {
    let theme = canvas.theme();
    if let Some(error) = &prompt.error {
        return vec![Line::styled(inert(error).into_owned(), theme.error())];
    }
    match prompt.target(&canvas.state.profiles) {
        Ok(AttachTo::Urls {
            gateway,
            read_model,
        }) => vec![
            Line::styled(format!("gateway     {gateway}"), theme.dim()),
            Line::styled(format!("read-model  {read_model}"), theme.dim()),
        ],
        Ok(AttachTo::Profile(name)) => {
            vec![Line::styled(format!("the profile {name}"), theme.dim())]
        }
        Ok(AttachTo::Started(_) | AttachTo::Initial) | Err(_) => Vec::new(),
    }
}

fn profile_lines(canvas: &Canvas<'_>, prompt: &AttachPrompt, width: u16) -> Vec<Line<'static>> {
    let theme = canvas.theme();
    let profiles = canvas.state.profiles.iter().take(PROFILES);
    let lines = profiles.map(|profile| {
        let is_chosen = profile.name == prompt.text();
        let marker = if is_chosen {
            canvas.symbols().cursor
        } else {
            " "
        };
        let name = canvas.cut(&profile.name, 18).into_owned();
        let url = inert(&profile.gateway_url).into_owned();
        let room = usize::from(width).saturating_sub(22);
        Line::from(vec![
            Span::styled(format!("{marker} "), theme.accent()),
            Span::styled(format!("{name:<18}  "), theme.text()),
            Span::styled(canvas.cut(&url, room).into_owned(), theme.dim()),
        ])
    });
    lines.collect()
}
