use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::JobId;

/// The error of parsing a text that is not a W3C `traceparent`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a W3C traceparent such as 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
)]
pub struct InvalidTraceContext;

/// Identifies a span of a trace: its place in a distributed trace, as the header `traceparent` of
/// [W3C Trace Context](https://www.w3.org/TR/trace-context/) carries it. `tracestate` is not carried.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TraceContext {
    trace_id: [u8; 16],
    span_id: [u8; 8],
    flags: u8,
}

impl TraceContext {
    /// The name of the HTTP header and of the field of an event.
    pub const HEADER: &str = "traceparent";

    /// The flag of a trace that its first participant records.
    const SAMPLED: u8 = 1;

    /// Length of a `traceparent` of version 00.
    const LENGTH: usize = 55;

    /// Creates the context of a span of a sampled trace. Returns `None` if an id is zero, which is not valid.
    pub fn sampled(trace_id: [u8; 16], span_id: [u8; 8]) -> Option<Self> {
        Self::valid(trace_id, span_id, Self::SAMPLED)
    }

    fn valid(trace_id: [u8; 16], span_id: [u8; 8], flags: u8) -> Option<Self> {
        let is_valid = trace_id != [0; 16] && span_id != [0; 8];
        is_valid.then_some(Self {
            trace_id,
            span_id,
            flags,
        })
    }

    /// Returns the id of the trace.
    pub const fn trace_id(&self) -> [u8; 16] {
        self.trace_id
    }

    /// Returns the id of the span.
    pub const fn span_id(&self) -> [u8; 8] {
        self.span_id
    }

    /// Returns `true` if the first participant of the trace decided to record it.
    pub const fn is_sampled(&self) -> bool {
        self.flags & Self::SAMPLED != 0
    }

    /// Returns the id of the trace as 32 hexadecimal digits.
    pub fn trace_id_hex(&self) -> String {
        hex(&self.trace_id)
    }

    /// Returns the context of the span of an attempt of `job` in this trace. Its id depends only on the job and on the number
    /// of the attempt, so every process can refer to the span without storing it.
    #[must_use]
    pub fn of_attempt(&self, job: JobId, attempt: u32) -> Self {
        let (high, low) = job.0.as_u64_pair();
        let mixed = mix(mix(high ^ u64::from(attempt)).wrapping_add(low));
        Self {
            span_id: mixed.max(1).to_be_bytes(),
            ..*self
        }
    }
}

/// Spreads the bits of a number: the finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
/// Generators, 2014).
const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0');
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits.collect()
}

/// Parses lower-case hexadecimal digits, two for each byte.
fn bytes<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = value(*high)? << 4 | value(*low)?;
    }
    Some(bytes)
}

impl FromStr for TraceContext {
    type Err = InvalidTraceContext;

    /// Parses a `traceparent`. A version after 00 may have further fields, which are ignored.
    fn from_str(text: &str) -> Result<Self, InvalidTraceContext> {
        parse(text).ok_or(InvalidTraceContext)
    }
}

fn parse(text: &str) -> Option<TraceContext> {
    let known = text.get(..TraceContext::LENGTH)?;
    let rest = &text[TraceContext::LENGTH..];
    let mut fields = known.split('-');
    let mut next = || fields.next();
    let (version, trace_id, span_id, flags) = (next()?, next()?, next()?, next()?);
    let [version]: [u8; 1] = bytes(version)?;
    let is_complete = match version {
        0 => rest.is_empty(),
        0xff => false,
        _ => rest.is_empty() || rest.starts_with('-'),
    };
    let [flags] = bytes(flags)?;
    let (trace_id, span_id) = (bytes(trace_id)?, bytes(span_id)?);
    TraceContext::valid(trace_id, span_id, flags).filter(|_| is_complete)
}

impl fmt::Display for TraceContext {
    /// Writes a `traceparent` of version 00.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (trace_id, span_id) = (hex(&self.trace_id), hex(&self.span_id));
        write!(f, "00-{trace_id}-{span_id}-{:02x}", self.flags)
    }
}

impl fmt::Debug for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TraceContext({self})")
    }
}

impl From<TraceContext> for String {
    fn from(context: TraceContext) -> Self {
        context.to_string()
    }
}

impl TryFrom<String> for TraceContext {
    type Error = InvalidTraceContext;

    fn try_from(text: String) -> Result<Self, InvalidTraceContext> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const SPAN: &str = "b7ad6b7169203331";

    fn context(text: &str) -> Result<TraceContext, InvalidTraceContext> {
        text.parse()
    }

    fn job(text: &str) -> JobId {
        text.parse().expect("a job id")
    }

    #[test]
    fn traceparent_is_read_and_written_unchanged() {
        for flags in ["00", "01", "03"] {
            let text = format!("00-{TRACE}-{SPAN}-{flags}");
            let read = context(&text).expect("valid");
            assert_eq!(read.to_string(), text);
            assert_eq!(read.is_sampled(), flags != "00");
            assert_eq!(read.trace_id_hex(), TRACE);
        }
    }

    #[test]
    fn fields_of_later_versions_are_ignored() {
        let later = context(&format!("01-{TRACE}-{SPAN}-01-more")).expect("valid");
        assert_eq!(later.to_string(), format!("00-{TRACE}-{SPAN}-01"));
        assert!(context(&format!("01-{TRACE}-{SPAN}-01more")).is_err());
    }

    #[test]
    fn malformed_traceparents_are_rejected() {
        let zero = ["0".repeat(32), "0".repeat(16)];
        for text in [
            String::new(),
            "00".into(),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}-{SPAN}-1"),
            format!("00-{TRACE}-{SPAN}-01-"),
            format!("00-{TRACE}-{SPAN}-0g"),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{}-{SPAN}-01", zero[0]),
            format!("00-{TRACE}-{}-01", zero[1]),
            format!("00_{TRACE}_{SPAN}_01"),
            format!(" 00-{TRACE}-{SPAN}-01"),
            format!("00-{}ä-{SPAN}-01", &TRACE[..30]),
        ] {
            assert_eq!(context(&text), Err(InvalidTraceContext), "{text}");
        }
    }

    #[test]
    fn attempts_have_different_spans_of_the_same_trace() {
        let created = context(&format!("00-{TRACE}-{SPAN}-01")).expect("valid");
        let [a, b] = [
            job("0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"),
            job("0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c12"),
        ];
        let spans = [a, b]
            .into_iter()
            .flat_map(|job| (1..=100).map(move |attempt| created.of_attempt(job, attempt)));
        let spans: std::collections::HashSet<_> = spans.collect();
        assert_eq!(spans.len(), 200);
        assert!(
            spans
                .iter()
                .all(|span| span.trace_id() == created.trace_id())
        );
        assert_eq!(created.of_attempt(a, 2), created.of_attempt(a, 2));
    }
}
