use std::io::Read;

use bytes::Bytes;
use tokio::sync::mpsc;

/// Ctrl+], as in telnet: a key that no program in a terminal needs.
const DETACH: u8 = 0x1d;
const PIECE_BYTES: usize = 4 * 1024;
const QUEUED_PIECES: usize = 16;

/// The input of the user.
pub(super) struct Keyboard(mpsc::Receiver<Bytes>);

/// Something that the user has done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// Bytes for the program.
    Input(Bytes),
    /// The key that leaves the terminal, or the end of standard input.
    Detach,
}

impl Keyboard {
    /// Starts to read standard input, on a thread that ends with the process: a read cannot be cancelled.
    pub(super) fn open() -> Self {
        let (sender, receiver) = mpsc::channel(QUEUED_PIECES);
        std::thread::spawn(move || {
            let mut piece = [0; PIECE_BYTES];
            let mut stdin = std::io::stdin().lock();
            while let Ok(count @ 1..) = stdin.read(&mut piece) {
                let bytes = Bytes::copy_from_slice(&piece[..count]);
                if sender.blocking_send(bytes).is_err() {
                    return;
                }
            }
        });
        Self(receiver)
    }

    /// Waits until something is typed. Nothing is lost if the future is dropped.
    pub(super) async fn next(&mut self) -> Typed {
        match self.0.recv().await {
            Some(bytes) => typed(bytes),
            None => Typed::Detach,
        }
    }
}

/// What is typed together with the detach key is dropped.
fn typed(bytes: Bytes) -> Typed {
    match bytes.contains(&DETACH) {
        true => Typed::Detach,
        false => Typed::Input(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_detach_key_detaches() {
        let of = |bytes: &'static [u8]| typed(Bytes::from_static(bytes));
        assert_eq!(of(b"\x1d"), Typed::Detach);
        assert_eq!(of(b"ab\x1d"), Typed::Detach);
        for keys in [&b"]"[..], b"\x1b[A", b"\x03", b"\x1b"] {
            assert_eq!(typed(Bytes::from_static(keys)), Typed::Input(keys.into()));
        }
    }
}
