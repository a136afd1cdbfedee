use odd_tui::{Options, View};

use crate::interface::Interface;
use crate::server::Server;
use crate::snapshot::Frames;

const SIZES: [(u16, u16); 3] = [(80, 24), (200, 50), (60, 16)];

/// What is open above a view: the file of its frames, the view, and the keys that open it.
///
/// Add a row for another overlay. Text in quotation marks is typed.
const OVERLAYS: &[(&str, View, &str)] = &[
    ("help", View::Overview, "?"),
    ("help-scrolled", View::Overview, "? G"),
    ("health", View::Overview, "h"),
    ("confirm", View::Jobs, "space space space X"),
    ("jump-labels", View::Jobs, "f"),
    ("detail-summary", View::Jobs, "j j j enter"),
    ("detail-payload", View::Jobs, "j j j enter tab"),
    ("detail-result", View::Jobs, "j j j enter tab tab"),
    ("detail-log", View::Jobs, "j j j enter tab tab tab"),
    ("detail-events", View::Jobs, "j j j enter shift-tab"),
    ("filter-line", View::Jobs, "/ \"status:FAILED\""),
    ("filter-error", View::Jobs, "/ \"status:FAILD\""),
    ("frozen", View::Jobs, "p"),
    ("sorted-and-wide", View::Jobs, "s s S ctrl-w"),
];

#[test]
fn overlays_are_drawn_in_every_size() {
    for (name, view, keys) in OVERLAYS {
        let mut frames = Frames::default();
        for size in SIZES {
            let mut ui = opened(*view, keys, size, Server::Busy, false);
            frames.add(name, &ui.draw());
        }
        frames.assert(&format!("overlay-{name}"));
    }
}

#[test]
fn overlays_are_drawn_without_data() {
    let mut frames = Frames::default();
    for (name, view, keys) in [("health", View::Overview, "h"), ("help", View::Jobs, "?")] {
        for server in [Server::Silent, Server::Unreachable] {
            let mut ui = opened(view, keys, (80, 24), server, false);
            frames.add(&format!("{name}: {server:?}"), &ui.draw());
        }
    }
    frames.assert("overlays-without-data");
}

#[test]
fn read_only_interface_offers_no_change() {
    let mut frames = Frames::default();
    for (name, view, keys) in [("help", View::Jobs, "?"), ("cancel", View::Jobs, "X")] {
        let mut ui = opened(view, keys, (80, 24), Server::Busy, true);
        assert!(ui.effects.is_empty(), "{:?}", ui.effects);
        frames.add(name, &ui.draw());
    }
    frames.assert("read-only");
}

fn opened(view: View, keys: &str, size: (u16, u16), server: Server, read_only: bool) -> Interface {
    let options = Options {
        view,
        read_only,
        ..Options::default()
    };
    let mut ui = Interface::open(&options, size, server);
    ui.press(keys);
    ui
}
