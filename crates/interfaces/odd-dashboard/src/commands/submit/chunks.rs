use std::io::BufRead;

use bytes::Bytes;

use crate::failure::Failure;

const MAX_JOBS: usize = 10_000;

/// Below the gateway's limit of 16 MiB, because a proxy in between may allow less.
const MAX_BYTES: usize = 12 * 1024 * 1024;

const HEAD: &[u8] = b"{\"jobs\":[";
const TAIL: &[u8] = b"]}";

/// Splits a file of submissions into requests. The lines are not changed.
pub(super) struct Chunks<R> {
    reader: R,
    line_number: usize,
    /// A line that did not fit into the last request.
    carried_over: Option<Vec<u8>>,
}

/// The jobs of one request.
pub(super) struct Chunk {
    /// The request body.
    pub(super) body: Bytes,
    /// Number of jobs.
    pub(super) jobs: usize,
    /// Number of bytes that were read from the file, including line ends.
    pub(super) file_bytes: u64,
    /// The line number of each job, from 1.
    pub(super) lines: Vec<usize>,
}

impl<R: BufRead> Chunks<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            line_number: 0,
            carried_over: None,
        }
    }

    /// Returns the next request, or `None` at the end of the file.
    ///
    /// # Errors
    /// When reading fails, or a line is not a JSON object; the message names the line.
    pub(super) fn next(&mut self) -> Result<Option<Chunk>, Failure> {
        let mut body = HEAD.to_vec();
        let mut lines = Vec::new();
        let mut file_bytes = 0;
        while lines.len() < MAX_JOBS {
            let Some(line) = self.line()? else { break };
            let text = line.trim_ascii();
            if !text.is_empty() && !lines.is_empty() && body.len() + text.len() >= MAX_BYTES {
                self.carried_over = Some(line);
                self.line_number -= 1;
                break;
            }
            file_bytes += line.len() as u64;
            if text.is_empty() {
                continue;
            }
            check(text, self.line_number)?;
            if !lines.is_empty() {
                body.push(b',');
            }
            body.extend_from_slice(text);
            lines.push(self.line_number);
        }
        body.extend_from_slice(TAIL);
        Ok((!lines.is_empty()).then(|| Chunk {
            body: body.into(),
            jobs: lines.len(),
            file_bytes,
            lines,
        }))
    }

    fn line(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        self.line_number += 1;
        if let Some(line) = self.carried_over.take() {
            return Ok(Some(line));
        }
        let mut line = Vec::new();
        let read = self
            .reader
            .read_until(b'\n', &mut line)
            .map_err(|error| Failure::failed("cannot read the batch").cause(error))?;
        Ok((read > 0).then_some(line))
    }
}

/// Checks that a line is one JSON object, so that it cannot change the meaning of its neighbours. The gateway validates
/// the rest.
fn check(text: &[u8], line: usize) -> Result<(), Failure> {
    let wrong = |why: String| {
        Failure::usage(format!("line {line} is not a job submission"))
            .cause(why)
            .hint("each line is one JSON object, such as {\"type\":\"echo\",\"payload\":{\"a\":1}}")
    };
    let raw: &serde_json::value::RawValue = serde_json::from_slice(text).map_err(|error| {
        // The position that the error prints counts lines within this one.
        wrong(format!(
            "it is not JSON; the error is at column {}",
            error.column()
        ))
    })?;
    if raw.get().starts_with('{') {
        return Ok(());
    }
    Err(wrong("it is not a JSON object".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_requests_of_at_most_ten_thousand_jobs() {
        let text = "{\"type\":\"echo\"}\n\n".repeat(10_001);
        let mut chunks = Chunks::new(text.as_bytes());
        let first = chunks.next().expect("valid").expect("not empty");
        assert_eq!((first.jobs, first.lines[1]), (10_000, 3));
        let second = chunks.next().expect("valid").expect("not empty");
        assert_eq!(&second.body[..], b"{\"jobs\":[{\"type\":\"echo\"}]}");
        assert_eq!(second.lines, [20_001]);
        assert_eq!(first.file_bytes + second.file_bytes, text.len() as u64);
        assert!(chunks.next().expect("valid").is_none());
    }

    #[test]
    fn requests_stay_below_twelve_mebibytes() {
        let line = format!("{{\"payload\":\"{}\"}}\n", "x".repeat(5 * 1024 * 1024));
        let text = line.repeat(3);
        let mut chunks = Chunks::new(text.as_bytes());
        let mut seen = Vec::new();
        while let Some(chunk) = chunks.next().expect("valid") {
            assert!(chunk.body.len() <= MAX_BYTES);
            seen.push(chunk.lines);
        }
        assert_eq!(seen, [vec![1, 2], vec![3]]);
    }

    #[test]
    fn bad_line_is_named() {
        for bad in ["{\"a\":1},{\"b\":2}", "[1]", "{", "x"] {
            let text = format!("{{}}\n{bad}\n");
            let failure = Chunks::new(text.as_bytes()).next().err().expect(bad);
            assert_eq!(failure.what, "line 2 is not a job submission");
        }
    }
}
