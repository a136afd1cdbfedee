//! Measures a frame and a key with 10,000 jobs loaded, at 200x50, while 5,000 events arrive per second.
//!
//! `cargo bench -p odd-tui` prints one line of JSON with milliseconds. `cargo xtask bench` reads it.

#[path = "../tests/it/fixtures.rs"]
mod fixtures;
#[path = "../tests/it/interface.rs"]
#[expect(dead_code, reason = "only some steps are needed here")]
mod interface;
#[path = "../tests/it/job_fixtures.rs"]
mod job_fixtures;
#[path = "../tests/it/server.rs"]
#[expect(dead_code, reason = "only a full server is needed here")]
mod server;
#[path = "../tests/it/wire.rs"]
mod wire;

use std::time::Instant;

use odd_tui::{Message, Options, StreamUpdate, View};

use crate::interface::{Interface, key};
use crate::server::Server;

const SIZE: (u16, u16) = (200, 50);
const JOBS: usize = 10_000;
const FRAMES: usize = 500;

/// Events between two frames, at 5,000 a second and 30 frames a second.
const EVENTS_PER_FRAME: u64 = 167;

fn main() {
    let mut report = serde_json::Map::new();
    for view in [View::Overview, View::Jobs, View::Events] {
        let mut times = measure(&mut loaded(view));
        times.sort_by(f64::total_cmp);
        let at = |part: f64| times[(times.len() as f64 * part) as usize];
        let figures = serde_json::json!({"p50Ms": at(0.5), "p99Ms": at(0.99)});
        report.insert(view.as_str().to_owned(), figures);
    }
    println!("{}", serde_json::Value::Object(report));
}

/// Opens an interface, loads jobs until no more are kept, and shows a view.
fn loaded(view: View) -> Interface {
    let options = Options {
        view: View::Jobs,
        ..Options::default()
    };
    let mut ui = Interface::open(&options, SIZE, Server::Full);
    for _ in 0..JOBS / 100 {
        ui.press("G");
    }
    ui.press(&(view.index() + 1).to_string());
    ui
}

/// Returns the milliseconds from a key to its frame, with the events that have arrived meanwhile.
fn measure(ui: &mut Interface) -> Vec<f64> {
    let mut number = 0;
    let step = |index: usize| {
        let events = (number..number + EVENTS_PER_FRAME)
            .map(fixtures::event)
            .collect();
        number += EVENTS_PER_FRAME;
        let keys = ["k", "k", "k", "j", "pageup", "pagedown", "s", "S"];
        let started = Instant::now();
        ui.send(Message::Stream(StreamUpdate::Events(events)));
        ui.send(Message::Key(key(keys[index % keys.len()])));
        ui.draw();
        started.elapsed().as_secs_f64() * 1_000.0
    };
    (0..FRAMES).map(step).collect()
}
