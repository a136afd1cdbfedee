use std::io::BufRead;

use bytes::Bytes;
use odd_contracts::{MAX_JOB_BYTES, parse_strict};
use serde_json::Value;

use crate::commands::submit::items::{Item, Items, Unreadable};
use crate::commands::submit::json_source::{JsonSource, describe};
use crate::failure::Failure;

const MAX_JOBS: usize = 10_000;

/// Below the gateway's limit of 16 MiB, because a proxy in between may allow less.
const MAX_BYTES: usize = 12 * 1024 * 1024;

const HEAD: &[u8] = b"{\"jobs\":[";
const TAIL: &[u8] = b"]}";

const HINT: &str = "each line is one JSON object, such as {\"type\":\"echo\",\"payload\":{\"a\":1}}; or the file is one JSON array of them";

/// Splits a file of submissions into requests. The submissions are not changed.
pub(super) struct Chunks<R> {
    items: Items<R>,
    source: JsonSource,
    /// A submission that did not fit into the last request.
    carried_over: Option<Item>,
    /// The bytes of the file that earlier requests contain.
    sent_bytes: u64,
}

/// The jobs of one request.
pub(super) struct Chunk {
    /// The request body.
    pub(super) body: Bytes,
    /// Number of jobs.
    pub(super) jobs: usize,
    /// Number of bytes that were read from the file for it, including white space.
    pub(super) file_bytes: u64,
    /// The line on which each job begins, from 1.
    pub(super) lines: Vec<usize>,
    /// The file is one array, so that lines are no submissions.
    pub(super) is_of_array: bool,
}

impl<R: BufRead> Chunks<R> {
    pub(super) fn new(reader: R, source: JsonSource) -> Self {
        Self {
            items: Items::new(reader),
            source,
            carried_over: None,
            sent_bytes: 0,
        }
    }

    /// Returns the next request, or `None` at the end of the file.
    ///
    /// # Errors
    /// When reading fails, or a submission is not an acceptable JSON object; the message names its place.
    pub(super) fn next(&mut self) -> Result<Option<Chunk>, Failure> {
        let mut body = HEAD.to_vec();
        let mut lines = Vec::new();
        while lines.len() < MAX_JOBS {
            let Some(item) = self.item()? else { break };
            if !lines.is_empty() && body.len() + item.text.len() >= MAX_BYTES {
                self.carried_over = Some(item);
                break;
            }
            self.check(&item)?;
            if !lines.is_empty() {
                body.push(b',');
            }
            body.extend_from_slice(&item.text);
            lines.push(item.line);
        }
        body.extend_from_slice(TAIL);
        let read = self.items.bytes();
        let file_bytes = read - std::mem::replace(&mut self.sent_bytes, read);
        Ok((!lines.is_empty()).then(|| Chunk {
            body: body.into(),
            jobs: lines.len(),
            file_bytes,
            lines,
            is_of_array: self.items.are_array(),
        }))
    }

    fn item(&mut self) -> Result<Option<Item>, Failure> {
        if let Some(item) = self.carried_over.take() {
            return Ok(Some(item));
        }
        self.items.next().map_err(|error| match error {
            Unreadable::Io(error) => {
                Failure::failed(format!("cannot read {}", self.source)).cause(error)
            }
            Unreadable::Malformed {
                line,
                column,
                expected,
            } => {
                let source = &self.source;
                let place = format!("{source}, line {line}, column {column}");
                Failure::usage(format!("{source} is not a list of job submissions"))
                    .cause(format!("{place}: expected {expected}"))
                    .hint(HINT)
            }
        })
    }

    /// Checks that an item is one acceptable JSON object, so that it cannot change the meaning of its neighbours. The
    /// gateway validates the rest.
    fn check(&self, item: &Item) -> Result<(), Failure> {
        let (source, line) = (&self.source, item.line);
        let place = (line, item.indent);
        let wrong = |why: String| {
            Failure::usage(format!("line {line} of {source} is not a job submission"))
                .cause(why)
                .hint(HINT)
        };
        if item.text.len() > MAX_JOB_BYTES {
            return Err(
                Failure::usage(format!("the job on line {line} of {source} is too large"))
                    .cause(format!("a job may have at most {MAX_JOB_BYTES} bytes"))
                    .hint("store the data elsewhere, and submit its address"),
            );
        }
        match parse_strict(&item.text) {
            Ok(Value::Object(_)) => Ok(()),
            Ok(_) => {
                let column = item.indent + 1;
                let place = format!("{source}, line {line}, column {column}");
                Err(wrong(format!("{place}: it is not a JSON object")))
            }
            Err(error) => Err(wrong(describe(&error, &item.text, source, place))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(text: &str) -> Chunks<&[u8]> {
        let source = JsonSource::File("jobs.ndjson".into());
        Chunks::new(text.as_bytes(), source)
    }

    #[test]
    fn lines_become_requests_of_at_most_ten_thousand_jobs() {
        let text = "{\"type\":\"echo\"}\n\n".repeat(10_001);
        let mut chunks = chunks(&text);
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
        let line = format!("{{\"payload\":\"{}\"}}\n", "x".repeat(1_000_000));
        let text = line.repeat(13);
        let mut chunks = chunks(&text);
        let mut seen = Vec::new();
        while let Some(chunk) = chunks.next().expect("valid") {
            assert!(chunk.body.len() <= MAX_BYTES);
            seen.push(chunk.lines);
        }
        assert_eq!(seen, [(1..=12).collect(), vec![13]]);
    }

    #[test]
    fn bad_line_is_named() {
        for bad in ["{\"a\":1},{\"b\":2}", "[1]", "{", "x"] {
            let text = format!("{{}}\n{bad}\n");
            let failure = chunks(&text).next().err().expect(bad);
            assert_eq!(
                failure.what,
                "line 2 of jobs.ndjson is not a job submission"
            );
        }
    }

    #[test]
    fn errors_have_line_and_column_of_the_file() {
        for (text, place) in [
            (
                "{}\n\n  {\"é\":{\"a\":1,\"a\":2}}\n",
                "line 3, column 17: duplicate field name \"a\", at /é/a",
            ),
            (
                "[{},\n  {\"type\": \"x\",\n   \"payload\": [1e999]}]",
                "line 3, column 20: number out of range, at /payload/0",
            ),
            ("[{}, 1]", "line 1, column 6: it is not a JSON object"),
            ("[{}, {\"a\":1]", "line 1, column 12: expected `,` or `}`"),
            ("[{} {}]", "line 1, column 5: expected `,` or `]`"),
        ] {
            let failure = chunks(text).next().err().expect(text);
            assert_eq!(failure.causes, [format!("jobs.ndjson, {place}")], "{text}");
        }
    }

    #[test]
    fn job_beyond_its_limit_is_refused_before_anything_is_sent() {
        let text = format!("{{}}\n{{\"payload\":\"{}\"}}\n", "x".repeat(MAX_JOB_BYTES));
        let failure = chunks(&text).next().err().expect("too large");
        assert_eq!(
            failure.what,
            "the job on line 2 of jobs.ndjson is too large"
        );
    }
}
