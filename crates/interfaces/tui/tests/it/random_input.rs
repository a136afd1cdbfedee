use std::time::Duration;

use crossterm::event::{KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use odd_tui::{BINDINGS, Effect, Message, Options, StreamUpdate, View};
use proptest::prelude::*;

use crate::fixtures::event;
use crate::interface::{Interface, key};
use crate::server::{Server, unreachable_server};

/// Something that happens to the interface.
#[derive(Debug, Clone)]
enum Step {
    Press(KeyEvent),
    Paste(String),
    Click(u16, u16),
    Scroll(bool),
    Resize(u16, u16),
    Wait(u64),
    Answer(usize),
    Serve(Server),
    Events(u64, u64),
    Stream(bool),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let bound: Vec<&str> = BINDINGS
        .iter()
        .flat_map(|binding| binding.keys)
        .copied()
        .collect();
    let servers = [
        Server::Silent,
        Server::Empty,
        Server::Busy,
        Server::Unreachable,
    ];
    let step = prop_oneof![
        8 => prop::sample::select(bound).prop_map(|name| Step::Press(key(name))),
        2 => any::<char>().prop_map(|letter| Step::Press(key(&letter.to_string()))),
        1 => "\\PC{0,40}".prop_map(Step::Paste),
        1 => (0..310_u16, 0..110_u16).prop_map(|(column, row)| Step::Click(column, row)),
        1 => any::<bool>().prop_map(Step::Scroll),
        2 => (0..=300_u16, 0..=100_u16).prop_map(|(width, height)| Step::Resize(width, height)),
        2 => prop::sample::select(vec![(80, 24), (200, 50), (60, 16)])
            .prop_map(|(width, height)| Step::Resize(width, height)),
        2 => (0..20_000_u64).prop_map(Step::Wait),
        4 => (1..20_usize).prop_map(Step::Answer),
        1 => prop::sample::select(servers.to_vec()).prop_map(Step::Serve),
        2 => (0..500_u64, 1..300_u64).prop_map(|(first, count)| Step::Events(first, count)),
        1 => any::<bool>().prop_map(Step::Stream),
    ];
    prop::collection::vec(step, 1..60)
}

fn take(ui: &mut Interface, step: Step) {
    match step {
        Step::Press(key) => ui.send(Message::Key(key)),
        Step::Paste(text) => ui.send(Message::Paste(text)),
        Step::Click(column, row) => {
            ui.send(mouse(MouseEventKind::Down(MouseButton::Left), column, row));
        }
        Step::Scroll(true) => ui.send(mouse(MouseEventKind::ScrollUp, 1, 1)),
        Step::Scroll(false) => ui.send(mouse(MouseEventKind::ScrollDown, 1, 1)),
        Step::Resize(width, height) => ui.send(Message::Resized { width, height }),
        Step::Wait(millis) => {
            ui.pass(Duration::from_millis(millis));
            ui.send(Message::Tick);
        }
        Step::Answer(count) => {
            for _ in 0..count {
                ui.answer_one();
            }
        }
        Step::Serve(server) => ui.serve(server),
        Step::Events(first, count) => {
            let events = (first..first + count).map(event).collect();
            ui.send(Message::Stream(StreamUpdate::Events(events)));
        }
        Step::Stream(is_complete) if is_complete => {
            ui.send(Message::Stream(StreamUpdate::Lost(unreachable_server())));
        }
        Step::Stream(is_complete) => {
            ui.send(Message::Stream(StreamUpdate::Open { is_complete }));
        }
    }
}

fn mouse(kind: MouseEventKind, column: u16, row: u16) -> Message {
    Message::Mouse(MouseEvent {
        kind,
        column,
        row,
        modifiers: KeyModifiers::NONE,
    })
}

fn opened(view: View, size: (u16, u16)) -> Interface {
    let options = Options {
        view,
        ..Options::default()
    };
    Interface::open(&options, size, Server::Busy)
}

/// Whether the last effect ends the interface.
fn has_ended(ui: &Interface) -> bool {
    matches!(
        ui.effects.last(),
        Some(Effect::Quit { .. } | Effect::Interrupt)
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_input_is_drawn_and_can_be_left(
        steps in steps(),
        view in prop::sample::select(View::ALL.to_vec()),
    ) {
        let mut ui = opened(view, (80, 24));
        for step in steps {
            take(&mut ui, step);
            ui.draw();
            // Each request is made once, so those without an answer are few.
            prop_assert!(ui.open_requests() < 2_000);
            ui.send(Message::Key(key("ctrl-c")));
            prop_assert!(matches!(ui.effects.last(), Some(Effect::Interrupt)), "Ctrl+C did not quit");
            ui.effects.clear();
        }
        let mut presses = 0;
        while !has_ended(&ui) {
            presses += 1;
            prop_assert!(presses < 40, "neither esc, y nor q leads out: {:?}", ui.state);
            // A form with typed content asks before it is discarded.
            ui.send(Message::Key(key("esc")));
            ui.draw();
            ui.send(Message::Key(key("y")));
            ui.draw();
            ui.send(Message::Key(key("q")));
            if !has_ended(&ui) {
                // Changes that are under way are waited for only once.
                ui.send(Message::Key(key("q")));
            }
        }
    }
}

#[test]
fn every_size_is_drawn() {
    for server in [Server::Busy, Server::Unreachable] {
        for view in View::ALL {
            let mut ui = opened(view, (200, 50));
            ui.serve(server);
            ui.wait(1);
            for keys in ["enter", "? esc", "h", "esc esc f"] {
                ui.press(keys);
                for width in [0, 1, 2, 9, 30, 59, 60, 61, 75, 159, 160, 300] {
                    for height in [0, 1, 2, 9, 15, 16, 17, 39, 40, 100] {
                        ui.send(Message::Resized { width, height });
                        ui.draw();
                    }
                }
                ui.send(Message::Resized {
                    width: 200,
                    height: 50,
                });
            }
        }
    }
}
