//! Windows above a view that the other tests do not open.

use odd_tui::{Loaded, Message, Options, View};
use serde_json::{Value, json};

use crate::interface::Interface;
use crate::server::Server;
use crate::snapshot::{Frames, text};
use crate::wire::{OPENED_AT, ago, wire};

const SIZES: [(u16, u16); 3] = [(80, 24), (200, 50), (60, 16)];

fn opened(keys: &str, size: (u16, u16), server: Server) -> Interface {
    let options = Options {
        view: View::Jobs,
        ..Options::default()
    };
    let mut ui = Interface::open(&options, size, server);
    ui.press(keys);
    ui
}

#[test]
fn windows_are_drawn_on_a_large_screen() {
    let mut frames = Frames::default();
    for (name, keys) in [
        ("form", "n"),
        ("palette", ": \"re\""),
        ("completion", "/ \"st\""),
    ] {
        frames.add(name, &opened(keys, (200, 50), Server::Busy).draw());
    }
    frames.assert("windows-large");
}

#[test]
fn links_tour_and_setup_are_drawn_in_every_size() {
    let mut frames = Frames::default();
    for size in SIZES {
        for (name, keys) in [("links", "u"), ("tour", "T"), ("setup", "d")] {
            frames.add(name, &opened(keys, size, Server::Busy).draw());
        }
    }
    frames.assert("windows");
}

/// A health with more causes than a window has rows.
fn failing() -> Value {
    let causes = (1..=9).map(|number| {
        json!({"status": "failing", "summary": format!("processor-{number} does not answer"),
            "since": ago(number * 40), "alert": "ServiceDown",
            "runbookUrl": "https://example.org/runbooks/ServiceDown",
            "action": "read its log, and start it again when the cause is known"})
    });
    json!({"status": "failing", "summary": "9 services do not answer", "asOf": OPENED_AT,
        "causes": causes.collect::<Vec<_>>()})
}

#[test]
fn health_may_have_no_cause_or_many() {
    let mut frames = Frames::default();
    for size in SIZES {
        frames.add("ok", &opened("h", size, Server::Empty).draw());
        let mut ui = opened("h", size, Server::Busy);
        ui.send(Message::Loaded(Box::new(Loaded::Health(Ok(wire(
            failing(),
        ))))));
        frames.add("many", &ui.draw());
        ui.press("G");
        frames.add("many, the end", &ui.draw());
    }
    frames.assert("health");
}

#[test]
fn open_window_does_not_hide_that_the_terminal_is_too_small() {
    for keys in ["?", "h", "n", ":", "j enter", "/", "T"] {
        let mut ui = opened(keys, (80, 24), Server::Busy);
        ui.send(Message::Resized {
            width: 59,
            height: 15,
        });
        let frame = text(&ui.draw());
        assert!(frame.contains("It has 59x15; 60x16 is needed."), "{frame}");
    }
}
