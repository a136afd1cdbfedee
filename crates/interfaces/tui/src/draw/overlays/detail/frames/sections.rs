use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use odd_contracts::{AttemptLog, EventType, LogStream};

use super::samples::{error, failed_job, failed_screen, json, log_line};
use super::screen::Screen;
use crate::effect::{Effect, LogPage};
use crate::fixtures::event;
use crate::message::{Loaded, Message};
use crate::options::Options;
use crate::state::Section;

pub(super) fn section(screen: &mut Screen, index: usize) {
    for _ in 0..index {
        screen.press(KeyCode::Tab);
    }
}

#[test]
fn payload_is_a_tree_with_exact_numbers() {
    let mut screen = failed_screen(80, 24, Options::default());
    section(&mut screen, 1);
    insta::assert_snapshot!("payload", screen.text());
    screen.press(KeyCode::Char('G'));
    screen.press(KeyCode::Right);
    insta::assert_snapshot!("payload_unfolded_string", screen.text());
    screen.press(KeyCode::Char('z'));
    insta::assert_snapshot!("payload_folded", screen.text());
    let effects = screen.press(KeyCode::Char('c'));
    assert!(
        matches!(&effects[..], [Effect::Copy { what: "value", text }] if text.ends_with("Bring A bag.")),
        "{effects:?}"
    );
    let effects = screen.press(KeyCode::Char('v'));
    assert!(
        matches!(&effects[..], [Effect::Page(text)] if text.contains("\"id\": 9007199254740993.10,\n")),
        "{effects:?}"
    );
}

#[test]
fn search_goes_from_place_to_place_and_closes() {
    let mut screen = failed_screen(80, 24, Options::default());
    section(&mut screen, 1);
    screen.press(KeyCode::Char('z'));
    screen.press(KeyCode::Char('/'));
    screen.type_text("EXAMPLE");
    insta::assert_snapshot!("search", screen.text());
    screen.press(KeyCode::Enter);
    let control = |letter| KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL);
    screen.send(Message::Key(control('n')));
    assert!(screen.text().contains("2 of 2"));
    screen.send(Message::Key(control('n')));
    assert!(screen.text().contains("1 of 2"));
    screen.press(KeyCode::Esc);
    assert!(screen.state.detail.search.is_none());
    assert_eq!(screen.state.overlays.len(), 1, "the window is still open");
    screen.press(KeyCode::Esc);
    assert!(screen.state.overlays.is_empty());
}

#[test]
fn missing_result_is_named() {
    let mut screen = failed_screen(80, 24, Options::default());
    section(&mut screen, 2);
    assert!(screen.text().contains("No result: the job failed."));
}

#[test]
fn large_payload_is_shown_by_its_visible_lines() {
    let mut job = failed_job();
    let items: Vec<String> = (0..150_000).map(|number| number.to_string()).collect();
    job.payload = Some(json(&format!("[{}]", items.join(","))));
    let mut screen = Screen::of(80, 24);
    screen.take_job(&job);
    section(&mut screen, 1);
    screen.press(KeyCode::Char('G'));
    let text = screen.text();
    assert!(text.contains("149999 149999"), "{text}");
    assert!(text.contains("150001/150001"), "{text}");
}

#[test]
fn string_of_a_mebibyte_unfolds_and_is_found_at_its_end() {
    let mut job = failed_job();
    job.payload = Some(json(&format!(
        "{{\"text\": \"{}needle\"}}",
        "x".repeat(1 << 20)
    )));
    let mut screen = failed_screen(80, 24, Options::default());
    screen.take_job(&job);
    section(&mut screen, 1);
    screen.press(KeyCode::Char('G'));
    screen.press(KeyCode::Enter);
    screen.press(KeyCode::Char('G'));
    let text = screen.text();
    assert!(text.contains("needle\""), "{text}");
    screen.press(KeyCode::Char('/'));
    screen.type_text("needle");
    assert!(screen.text().contains("1 of 1"));
}

#[test]
fn click_selects_a_row_and_a_section() {
    let mut screen = failed_screen(80, 24, Options::default());
    let click = |column, row| {
        Message::Mouse(MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column,
            row,
            modifiers: KeyModifiers::NONE,
        })
    };
    screen.send(click(12, 1));
    assert_eq!(screen.state.detail.section, Section::Payload);
    screen.send(click(20, 6));
    let tree = screen.state.detail.tree().expect("the payload");
    assert_eq!(tree.cursor.selected(), 4);
}

#[test]
fn log_distinguishes_streams_wraps_lines_and_reads_older_pages() {
    let mut screen = failed_screen(80, 24, Options::default());
    section(&mut screen, 3);
    let id = failed_job().id;
    let page = |cursor: Option<&str>| LogPage {
        job_id: id,
        attempt: 3,
        cursor: cursor.map(str::to_owned),
    };
    let newest = AttemptLog {
        lines: vec![
            log_line(16, LogStream::Stderr, "smtp: 421 the server is busy"),
            log_line(15, LogStream::Stdout, &"250 ok ".repeat(15)),
            log_line(14, LogStream::Log, "connecting to mail.example.com"),
        ],
        next_cursor: Some("older".to_owned()),
    };
    let effects = screen.take(Loaded::Log(page(None), Ok(newest)));
    insta::assert_snapshot!("log", screen.text());
    let requests = format!("{effects:?}");
    assert!(requests.contains("cursor: Some(\"older\")"), "{requests}");
    let older = AttemptLog {
        lines: vec![log_line(13, LogStream::Log, "the first line")],
        next_cursor: None,
    };
    screen.take(Loaded::Log(page(Some("older")), Ok(older)));
    let text = screen.text();
    assert!(
        text.contains("the first line") && text.contains("4 lines"),
        "{text}"
    );
    let cursor = screen.state.detail.log.cursor.selected();
    assert_eq!(
        cursor + 1,
        screen.state.detail.log.rows().len(),
        "still at the end"
    );
    let effects = screen.press(KeyCode::Left);
    assert!(format!("{effects:?}").contains("attempt: 2"), "{effects:?}");
}

#[test]
fn events_open_as_json_and_close_again() {
    let mut screen = failed_screen(80, 24, Options::default());
    section(&mut screen, 4);
    insta::assert_snapshot!("events", screen.text());
    screen.press(KeyCode::Down);
    screen.press(KeyCode::Enter);
    insta::assert_snapshot!("event_json", screen.text());
    screen.press(KeyCode::Esc);
    assert!(screen.text().contains("job.created"));
}

#[test]
fn hostile_text_is_inert_in_every_section() {
    let hostile = "\u{1b}]52;c;AAAA\u{7}\u{9b}31m\u{202e}evil\u{2066}\r\n\u{200b}";
    let mut job = failed_job();
    job.error = Some(error(hostile));
    job.tags = vec![hostile.to_owned()];
    job.metadata.insert(hostile.to_owned(), hostile.to_owned());
    job.unique_key = Some(hostile.to_owned());
    let escaped = hostile
        .replace('\u{1b}', "\\u001b")
        .replace('\u{7}', "\\u0007");
    let escaped = escaped.replace("\r\n", "\\r\\n");
    job.payload = Some(json(&format!("{{\"{escaped}\": [\"{escaped}\"]}}")));
    let mut screen = failed_screen(80, 60, Options::default());
    screen.take_job(&job);
    let mut failed = event(11, EventType::Failed, 17);
    failed.payload.message = Some(hostile.to_owned());
    screen.take(Loaded::JobEvents(job.id, Ok(vec![failed])));
    let lines = vec![log_line(3, LogStream::Log, hostile)];
    for _ in 0..5 {
        let log = AttemptLog {
            lines: lines.clone(),
            next_cursor: None,
        };
        let page = LogPage {
            job_id: job.id,
            attempt: 3,
            cursor: None,
        };
        screen.take(Loaded::Log(page, Ok(log)));
        let text = screen.text();
        let is_active = |char: &char| odd_client::inert(char.encode_utf8(&mut [0; 4])).len() > 4;
        let active: Vec<char> = text
            .chars()
            .filter(|char| *char != '\n')
            .filter(is_active)
            .collect();
        assert!(active.is_empty(), "{active:?} in {text}");
        if let Some(Effect::Page(paged)) = screen.press(KeyCode::Char('v')).first() {
            let mut active = paged.chars().filter(|char| *char != '\n').filter(is_active);
            assert_eq!(active.next(), None, "{paged}");
        }
        screen.press(KeyCode::Tab);
    }
}
