use odd_tui::{BINDINGS, Message, Options, StreamUpdate, View};

use crate::fixtures::event;
use crate::interface::{Interface, key};
use crate::server::{Server, unreachable_server};

/// Returns the length of everything in the state, as text.
fn size(ui: &Interface) -> usize {
    format!("{:?}", ui.state).len()
}

/// Does something until every buffer has wrapped, and checks that doing it further adds nothing.
fn assert_bounded(ui: &mut Interface, fill: impl Fn(&mut Interface, u64)) {
    fill(ui, 0);
    let full = size(ui);
    for round in 1..=2 {
        fill(ui, round);
    }
    let later = size(ui);
    // Numbers get longer, but only a little.
    assert!(
        later < full + full / 200 + 500,
        "grew from {full} to {later}"
    );
}

fn opened(view: View) -> Interface {
    let options = Options {
        view,
        ..Options::default()
    };
    Interface::open(&options, (200, 50), Server::Busy)
}

#[test]
fn events_are_kept_up_to_a_limit() {
    for is_frozen in [false, true] {
        let mut ui = opened(View::Events);
        if is_frozen {
            ui.press("p");
        }
        assert_bounded(&mut ui, |ui, round| {
            for batch in 0..24 {
                let first = (round * 24 + batch) * 500;
                let events = (first..first + 500).map(event).collect();
                ui.send(Message::Stream(StreamUpdate::Events(events)));
            }
        });
    }
}

#[test]
fn jobs_are_loaded_up_to_a_limit() {
    let mut ui = opened(View::Jobs);
    ui.serve(Server::Full);
    ui.press("r");
    assert_bounded(&mut ui, |ui, _| {
        for _ in 0..60 {
            ui.send(Message::Key(key("G")));
            while ui.answer_one() {}
        }
    });
}

#[test]
fn pressing_every_key_again_and_again_adds_nothing() {
    let keys = BINDINGS.iter().flat_map(|binding| binding.keys);
    for name in keys {
        let mut ui = opened(View::Jobs);
        assert_bounded(&mut ui, |ui, _| {
            for _ in 0..150 {
                ui.send(Message::Key(key(name)));
            }
            ui.effects.clear();
            while ui.answer_one() {}
        });
    }
}

#[test]
fn text_that_is_pasted_into_an_input_is_limited() {
    let mut ui = opened(View::Jobs);
    ui.press("/");
    assert_bounded(&mut ui, |ui, _| {
        for _ in 0..50 {
            ui.send(Message::Paste("status:FAILED ".repeat(100)));
        }
    });
    ui.draw();
}

#[test]
fn hours_without_a_server_add_nothing() {
    let mut ui = opened(View::Jobs);
    ui.serve(Server::Unreachable);
    assert_bounded(&mut ui, |ui, _| {
        ui.send(Message::Stream(StreamUpdate::Lost(unreachable_server())));
        ui.wait(3_600);
    });
}
