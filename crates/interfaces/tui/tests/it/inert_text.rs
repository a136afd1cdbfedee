use odd_tui::{Loaded, Message, Options, StreamUpdate, View};
use serde_json::json;

use crate::fixtures::{alerts, event};
use crate::interface::Interface;
use crate::job_fixtures::job;
use crate::server::Server;
use crate::snapshot::text;
use crate::wire::wire;

/// Text that would change the terminal or the order of what is read, if it were written as it is.
const ACTIVE: &str = "\u{1b}]52;c;eA==\u{7}\u{9b}31m\u{202e}evil\u{2066}\r\nfake";

const FORBIDDEN: [char; 6] = ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{2066}', '\r'];

/// Shows text of jobs, alerts and events that is not inert.
fn open(view: View) -> Interface {
    let options = Options {
        view,
        ..Options::default()
    };
    let mut ui = Interface::open(&options, (200, 50), Server::Busy);
    let mut failed = job(3);
    failed["error"]["message"] = json!(ACTIVE);
    failed["tags"] = json!([ACTIVE]);
    failed["payload"] = json!({"a": ACTIVE});
    failed["result"] = json!(ACTIVE);
    let mut alerts = alerts();
    alerts[0]["summary"] = json!(ACTIVE);
    alerts[0]["name"] = json!(ACTIVE);
    let at = crate::wire::OPENED_AT;
    let answers = [
        Loaded::DeadLetters(Ok(wire(json!({"jobs": [failed]})))),
        Loaded::Alerts(Ok(wire(
            json!({"alerts": alerts, "source": {"status": "ok"}}),
        ))),
        Loaded::Services(Ok(wire(json!({"asOf": at, "services": [
            {"name": ACTIVE, "url": ACTIVE, "status": "down", "version": ACTIVE, "detail": ACTIVE}]})))),
        Loaded::Workers(Ok(wire(json!({"asOf": at, "workers": [
            {"workerId": ACTIVE, "version": ACTIVE, "status": "LOST", "concurrency": 1, "running": 0, "queues": null,
                "types": null, "startedAt": at, "lastSeenAt": at}]})))),
        Loaded::Health(Ok(wire(
            json!({"status": "failing", "summary": ACTIVE, "asOf": at, "causes": [
            {"status": "failing", "summary": ACTIVE, "since": at, "action": ACTIVE, "alert": ACTIVE,
                "runbookUrl": ACTIVE}]}),
        ))),
    ];
    for answer in answers {
        ui.send(Message::Loaded(Box::new(answer)));
    }
    let mut started = event(2);
    started.payload.worker_id = Some(ACTIVE.to_owned());
    started.payload.message = Some(ACTIVE.to_owned());
    ui.send(Message::Stream(StreamUpdate::Events(vec![started])));
    ui
}

#[test]
fn no_control_character_of_the_server_reaches_the_screen() {
    for view in View::ALL {
        let mut ui = open(view);
        for keys in ["G", "h", "esc", "enter", "tab", "tab", "tab"] {
            ui.press(keys);
            let frame = text(&ui.draw());
            assert!(
                !frame.contains(FORBIDDEN),
                "{view:?} after {keys}: {frame:?}"
            );
        }
    }
}

#[test]
fn hostile_text_is_shown_in_escaped_form() {
    let mut ui = open(View::Queues);
    ui.press("G");
    let frame = text(&ui.draw());
    assert!(
        frame.contains("\\u{1b}") || frame.contains("\\x1b"),
        "{frame}"
    );
}
