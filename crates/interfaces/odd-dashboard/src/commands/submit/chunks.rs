use std::io::BufRead;

use bytes::Bytes;

use crate::failure::Failure;

const MAX_JOBS: usize = 10_000;

/// Below the gateway's limit of 16 MiB, with room for whatever stands between.
const MAX_BYTES: usize = 12 * 1024 * 1024;

const HEAD: &[u8] = b"{\"jobs\":[";
const TAIL: &[u8] = b"]}";

/// Cuts a file of submissions into requests, passing the lines on as they are.
pub(super) struct Chunks<R> {
    reader: R,
    line_number: usize,
    /// A line that was read and did not fit.
    waiting: Option<Vec<u8>>,
}

/// One request's worth.
pub(super) struct Chunk {
    /// The request body.
    pub(super) body: Bytes,
    /// How many jobs are in it.
    pub(super) jobs: usize,
    /// How many bytes of the file it stands for, line ends included.
    pub(super) file_bytes: u64,
    /// The line that each job stood on.
    pub(super) lines: Vec<usize>,
}

impl<R: BufRead> Chunks<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            line_number: 0,
            waiting: None,
        }
    }

    /// The next request; `None` at the end.
    ///
    /// # Errors
    /// When reading fails, or a line is no JSON object; the message says which.
    pub(super) fn next(&mut self) -> Result<Option<Chunk>, Failure> {
        let mut body = HEAD.to_vec();
        let mut lines = Vec::new();
        let mut file_bytes = 0;
        while lines.len() < MAX_JOBS {
            let Some(line) = self.line()? else { break };
            let text = line.trim_ascii();
            if !text.is_empty() && !lines.is_empty() && body.len() + text.len() >= MAX_BYTES {
                self.waiting = Some(line);
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
        if let Some(line) = self.waiting.take() {
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

/// What a line says is the gateway's to judge; here it only must not spill over into its neighbours.
fn check(text: &[u8], line: usize) -> Result<(), Failure> {
    let wrong = |why: String| {
        Failure::usage(format!("line {line} is not a job submission"))
            .cause(why)
            .hint("each line is one JSON object, such as {\"type\":\"echo\",\"payload\":{\"a\":1}}")
    };
    let raw: &serde_json::value::RawValue =
        serde_json::from_slice(text).map_err(|error| wrong(error.to_string()))?;
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
