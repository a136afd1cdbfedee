use std::time::Duration;

use odd_tui::{Message, Options, View};

use crate::interface::Interface;
use crate::server::Server;
use crate::snapshot::{Frames, text};

/// The sizes of every view: the usual, a large and the smallest one.
const SIZES: [(u16, u16); 3] = [(80, 24), (200, 50), (60, 16)];

/// Draws a view in every state and size into one file.
fn check(view: View) {
    let mut frames = Frames::default();
    for size in SIZES {
        for (state, mut ui) in states(view, size) {
            frames.add(state, &ui.draw());
        }
    }
    frames.assert(view.as_str());
}

/// Returns an interface in each state that data can be in.
fn states(view: View, size: (u16, u16)) -> [(&'static str, Interface); 6] {
    let options = Options {
        view,
        ..Options::default()
    };
    let read_only = Options {
        read_only: true,
        ..options.clone()
    };
    let open = |server| Interface::open(&options, size, server);
    [
        ("loading", loading(&options, size)),
        ("empty", open(Server::Empty)),
        ("loaded", open(Server::Busy)),
        ("stale", stale(open(Server::Busy))),
        ("failed", open(Server::Unreachable)),
        ("read-only", Interface::open(&read_only, size, Server::Busy)),
    ]
}

fn loading(options: &Options, size: (u16, u16)) -> Interface {
    let mut ui = Interface::open(options, size, Server::Silent);
    ui.pass(Duration::from_millis(400));
    ui.send(Message::Tick);
    ui
}

/// The data was loaded, and half a minute later the server does not run.
fn stale(mut ui: Interface) -> Interface {
    ui.serve(Server::Unreachable);
    ui.send(Message::Stream(odd_tui::StreamUpdate::Lost(
        crate::server::unreachable_server(),
    )));
    ui.wait(30);
    ui
}

#[test]
fn overview_is_drawn_in_every_state() {
    check(View::Overview);
}

#[test]
fn jobs_are_drawn_in_every_state() {
    check(View::Jobs);
}

#[test]
fn events_are_drawn_in_every_state() {
    check(View::Events);
}

#[test]
fn queues_are_drawn_in_every_state() {
    check(View::Queues);
}

#[test]
fn services_are_drawn_in_every_state() {
    check(View::Services);
}

#[test]
fn alerts_are_drawn_in_every_state() {
    check(View::Alerts);
}

#[test]
fn queue_opens_its_jobs() {
    let options = Options {
        view: View::Queues,
        ..Options::default()
    };
    let mut ui = Interface::open(&options, (80, 24), Server::Busy);
    ui.press("j enter");
    let frame = text(&ui.draw());
    assert!(frame.contains("/ queue:mail"), "{frame}");
    ui.press("[");
    let frame = text(&ui.draw());
    assert!(frame.contains("Dead letters"), "{frame}");
}

#[test]
fn every_view_says_that_the_terminal_is_too_small() {
    let mut frames = Vec::new();
    for view in View::ALL {
        for (_, mut ui) in states(view, (59, 15)) {
            frames.push(text(&ui.draw()));
        }
    }
    assert!(frames.iter().all(|frame| *frame == frames[0]));
    insta::assert_snapshot!(frames[0].trim(), @r"
    The terminal is too small.
                  It has 59x15; 60x16 is needed.
                  Enlarge it, or press q to quit.
    ");
}

#[test]
fn ascii_interface_draws_ascii_only() {
    for view in View::ALL {
        for size in SIZES {
            let options = Options {
                view,
                ascii: true,
                ..Options::default()
            };
            for server in [Server::Busy, Server::Unreachable, Server::Empty] {
                let mut ui = Interface::open(&options, size, server);
                for keys in ["p", "p", "f", "esc", "?", "esc", "h"] {
                    ui.press(keys);
                    let frame = text(&ui.draw());
                    assert!(frame.is_ascii(), "{frame}");
                }
            }
        }
    }
}

#[test]
fn ascii_views_are_drawn() {
    let mut frames = Frames::default();
    for view in View::ALL {
        let options = Options {
            view,
            ascii: true,
            ..Options::default()
        };
        let mut ui = Interface::open(&options, (80, 24), Server::Busy);
        frames.add(view.as_str(), &ui.draw());
    }
    frames.assert("ascii");
}
