use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use odd_virtual_terminal::VirtualTerminal;

use super::interface::Interface;
use crate::up::Up;

/// Keys with a name; the others are printable characters and control characters.
const NAMED: [&str; 14] = [
    "enter",
    "esc",
    "tab",
    "shift-tab",
    "space",
    "backspace",
    "up",
    "down",
    "left",
    "right",
    "home",
    "end",
    "pageup",
    "pagedown",
];

/// Keys between two checks that the interface still answers.
const ROUND: u32 = 400;

/// A linear congruential generator (Knuth, MMIX): the same seed gives the same keys.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Submits jobs until it is dropped, so that events arrive.
struct Producer(Child);

impl Producer {
    fn start(up: &Up) -> Self {
        let mut command = up.program();
        command.args([
            "bench",
            "--jobs",
            "1000000",
            "--rate",
            "100",
            "--url",
            up.url("gateway"),
        ]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().expect("the executable starts"))
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn press_random_keys(seed: u64, limit: Duration) {
    let up = Up::start();
    let _producer = Producer::start(&up);
    let (mut random, started, mut rounds) = (Random(seed), Instant::now(), 0);
    while started.elapsed() < limit || rounds == 0 {
        let mut ui = Interface::open(&up);
        let end = (started + limit).max(Instant::now());
        press_round(&mut ui.0, &mut random, end);
        assert_leaves(&mut ui.0, seed);
        rounds += 1;
    }
}

/// Presses keys, and changes the size. Stops when the interface has been quit by one of them.
fn press_round(terminal: &mut VirtualTerminal, random: &mut Random, end: Instant) {
    for _ in 0..ROUND {
        if Instant::now() >= end || terminal.has_ended().expect("it is our child") {
            return;
        }
        let pressed = match random.below(20) {
            0..=7 => {
                let index = random.below(NAMED.len() as u64);
                terminal.press(NAMED[usize::try_from(index).expect("it is small")])
            }
            8..=17 => {
                let letter = u8::try_from(random.below(95)).expect("it is small") + b' ';
                terminal.send(&[letter])
            }
            // Ctrl+Z and Ctrl+\ stop or kill a program that has just left raw mode.
            18 => terminal.send(&[u8::try_from(random.below(26)).expect("it is small")]),
            _ => {
                let (columns, rows) = (random.below(220), random.below(60));
                let fits = |cells: u64| u16::try_from(cells).expect("it is small") + 1;
                terminal.resize(fits(columns), fits(rows))
            }
        };
        // Fails when the key before was the last one.
        if pressed.is_err() {
            return;
        }
        // Most keys change the screen; those that do not cost these few milliseconds.
        terminal.wait_for_output(Duration::from_millis(5));
    }
}

/// Checks that the interface can be left with esc and q, or has been left before, and did not panic.
fn assert_leaves(terminal: &mut VirtualTerminal, seed: u64) {
    let wait = Duration::from_millis(300);
    for _ in 0..60 {
        // A form with typed content asks before it is discarded.
        for key in ["esc", "y", "q"] {
            if let Ok(code) = terminal.wait_for_end(wait) {
                let screen = terminal.screen().text();
                assert!(
                    code == 0 || code == 130,
                    "exit code {code}, seed {seed}:\n{screen}"
                );
                assert!(!terminal.is_raw().expect("a terminal"));
                return;
            }
            // Fails when it ends at this moment.
            let _ = terminal.press(key);
        }
    }
    panic!(
        "neither esc, y nor q leads out, seed {seed}:\n{}",
        terminal.screen().text()
    );
}

#[test]
fn random_keys_cause_no_panic_and_can_be_left() {
    press_random_keys(7, Duration::from_secs(10));
}

#[test]
#[ignore = "takes a minute: `cargo xtask test` runs it"]
fn random_keys_of_a_minute_cause_no_panic_and_can_be_left() {
    let since_epoch = std::time::UNIX_EPOCH.elapsed().expect("the clock is set");
    press_random_keys(since_epoch.as_secs(), Duration::from_secs(60));
}
