use std::time::{Duration, Instant};

/// What a program writes, and when.
#[derive(Debug)]
pub(crate) struct Recording {
    started: Instant,
    output: Vec<(Duration, String)>,
    /// The beginning of a character whose other bytes have not been read yet.
    incomplete: Vec<u8>,
}

impl Recording {
    pub(crate) fn start() -> Self {
        Self {
            started: Instant::now(),
            output: Vec::new(),
            incomplete: Vec::new(),
        }
    }

    /// Adds what was read.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.incomplete.extend_from_slice(bytes);
        let complete = match std::str::from_utf8(&self.incomplete) {
            Ok(_) => self.incomplete.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            // Not UTF-8 at all.
            Err(_) => self.incomplete.len(),
        };
        let rest = self.incomplete.split_off(complete);
        let text = std::mem::replace(&mut self.incomplete, rest);
        if !text.is_empty() {
            let text = String::from_utf8_lossy(&text).into_owned();
            self.output.push((self.started.elapsed(), text));
        }
    }

    pub(crate) fn output(&self) -> &[(Duration, String)] {
        &self.output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_never_split() {
        let mut recording = Recording::start();
        for byte in "a●b".bytes() {
            recording.add(&[byte]);
        }
        let texts: Vec<&str> = recording
            .output()
            .iter()
            .map(|(_, text)| text.as_str())
            .collect();
        assert_eq!(texts, ["a", "●", "b"]);
    }
}
