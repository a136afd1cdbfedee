use std::fs::{File, OpenOptions};
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// Longest wait for output.
const LIMIT: Duration = Duration::from_secs(20);

/// A process whose standard input, output and error are a terminal of 24 rows and 100 columns.
pub(crate) struct PseudoTerminal {
    child: Child,
    chunks: Receiver<Vec<u8>>,
    output: String,
}

impl PseudoTerminal {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self::start_with(command, &[])
    }

    /// Starts one with these variables.
    pub(crate) fn start_with(command: &mut Command, variables: &[(&str, &str)]) -> Self {
        let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&controller).expect("granted");
        unlockpt(&controller).expect("unlocked");
        let size = Winsize {
            ws_row: 24,
            ws_col: 100,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&controller, size).expect("resized");
        let name = ptsname(&controller, Vec::new()).expect("named");
        let name = name.into_string().expect("text");
        let end = || {
            let file = OpenOptions::new().read(true).write(true).open(&name);
            Stdio::from(file.expect("opened"))
        };
        command.env("TERM", "xterm-256color");
        command.envs(variables.iter().copied());
        let child = command.stdin(end()).stdout(end()).stderr(end()).spawn();
        // The command keeps its ends open otherwise, and reading would not end with the process.
        let closed = Stdio::null;
        command.stdin(closed()).stdout(closed()).stderr(closed());
        let mut reader = File::from(controller);
        let (sender, chunks) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // Reading fails when the process has ended.
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            child: child.expect("the executable starts"),
            chunks,
            output: String::new(),
        }
    }

    /// Waits until the output contains `text`. Returns the output up to its end, and forgets it.
    pub(crate) fn read_until(&mut self, text: &str) -> String {
        let end = Instant::now() + LIMIT;
        loop {
            if let Some(at) = self.output.find(text) {
                let rest = self.output.split_off(at + text.len());
                return std::mem::replace(&mut self.output, rest);
            }
            let left = end.saturating_duration_since(Instant::now());
            match self.chunks.recv_timeout(left) {
                Ok(chunk) => self.output.push_str(&String::from_utf8_lossy(&chunk)),
                Err(error) => panic!("{error}: no {text:?} in {:?}", self.output),
            }
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("it runs");
    }

    /// Waits for the end of the process. Returns its exit code and the rest of the output.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().expect("it ends").code();
        while let Ok(chunk) = self.chunks.recv_timeout(LIMIT) {
            self.output.push_str(&String::from_utf8_lossy(&chunk));
        }
        (code, std::mem::take(&mut self.output))
    }
}

impl Drop for PseudoTerminal {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
