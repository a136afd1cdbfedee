//! What is drawn when data is missing, old or refused.

use odd_tui::{Loaded, Message, Options, StreamUpdate, View};
use serde_json::json;

use crate::interface::Interface;
use crate::server::{Refusal, Server, refused, unreachable_server};
use crate::snapshot::{Frames, text};
use crate::wire::{OPENED_AT, wire};

const SIZES: [(u16, u16); 3] = [(80, 24), (200, 50), (60, 16)];

fn opened(view: View, size: (u16, u16), server: Server) -> Interface {
    let options = Options {
        view,
        ..Options::default()
    };
    Interface::open(&options, size, server)
}

#[test]
fn every_view_tells_why_it_has_no_data() {
    let mut frames = Frames::default();
    for refusal in [Refusal::Unauthorized, Refusal::Broken, Refusal::Slow] {
        for view in View::ALL {
            let mut ui = opened(view, (80, 24), Server::Refusing(refusal));
            let frame = ui.draw();
            assert!(text(&frame).contains("no answer"), "the header");
            frames.add(&format!("{refusal:?}: {}", view.as_str()), &frame);
        }
    }
    for size in [(200, 50), (60, 16)] {
        let refusal = Server::Refusing(Refusal::Unauthorized);
        for view in [View::Overview, View::Jobs] {
            frames.add(view.as_str(), &opened(view, size, refusal).draw());
        }
    }
    frames.assert("failures");
}

#[test]
fn figures_are_polled_without_a_stream() {
    let mut frames = Frames::default();
    for size in SIZES {
        let mut ui = opened(View::Jobs, size, Server::Busy);
        let lost = StreamUpdate::Lost(refused(Refusal::Broken));
        ui.send(Message::Stream(lost));
        ui.wait(5);
        frames.add("polling", &ui.draw());
    }
    frames.assert("polling");
}

#[test]
fn detail_of_a_job_may_be_old_missing_or_read_only() {
    let mut frames = Frames::default();
    for size in SIZES {
        let mut ui = opened(View::Jobs, size, Server::Busy);
        ui.press("j j j enter");
        ui.serve(Server::Unreachable);
        ui.send(Message::Stream(StreamUpdate::Lost(unreachable_server())));
        ui.wait(90);
        frames.add("old", &ui.draw());
        let mut ui = opened(View::Jobs, size, Server::Busy);
        ui.serve(Server::Refusing(Refusal::Broken));
        ui.press("j enter");
        ui.wait(1);
        frames.add("refused", &ui.draw());
        let options = Options {
            view: View::Jobs,
            read_only: true,
            ..Options::default()
        };
        let mut ui = Interface::open(&options, size, Server::Busy);
        ui.press("j j j enter");
        frames.add("read-only", &ui.draw());
    }
    frames.assert("detail-states");
}

#[test]
fn empty_list_of_alerts_tells_what_that_means() {
    let mut frames = Frames::default();
    for status in ["ok", "stale", "unavailable", "not_configured"] {
        let mut ui = opened(View::Alerts, (80, 24), Server::Empty);
        let alerts = json!({"alerts": [], "source": {"status": status, "asOf": OPENED_AT}});
        ui.send(Message::Loaded(Box::new(Loaded::Alerts(Ok(wire(alerts))))));
        frames.add(status, &ui.draw());
    }
    frames.assert("alerts-empty");
}

#[test]
fn workers_are_listed_below_the_services() {
    let mut frames = Frames::default();
    for size in SIZES {
        let mut ui = opened(View::Services, size, Server::Busy);
        ui.press("G");
        frames.add("workers", &ui.draw());
        let mut ui = opened(View::Services, size, Server::Empty);
        frames.add("no workers", &ui.draw());
    }
    frames.assert("workers");
}
