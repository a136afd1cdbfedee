//! The parts of the event stream format (HTML standard, section 9.2.6) that our servers use.

/// An event of the stream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct SseEvent {
    /// Value of `Last-Event-ID` that resumes the stream after this event.
    pub(crate) id: Option<String>,
    /// The `event` field; `message` when absent.
    pub(crate) name: Option<String>,
    /// The `data` lines, joined by line feeds; absent when the event only advances the id.
    pub(crate) data: Option<String>,
}

/// Splits a byte stream into events.
#[derive(Debug, Default)]
pub(crate) struct SseParser {
    buffer: Vec<u8>,
    pending: SseEvent,
}

/// Largest length of an incomplete line; our servers send no event that long.
const MAX_LINE_BYTES: usize = 4 * 1024 * 1024;

impl SseParser {
    /// Parses the next bytes of the stream and returns the events that they complete; `None` when a line is too long.
    pub(crate) fn push(&mut self, piece: &[u8]) -> Option<Vec<SseEvent>> {
        self.buffer.extend_from_slice(piece);
        let mut complete = Vec::new();
        let mut start = 0;
        while let Some(length) = self.buffer[start..].iter().position(|&byte| byte == b'\n') {
            let line = &self.buffer[start..start + length];
            let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line));
            parse_line(&line, &mut self.pending, &mut complete);
            start += length + 1;
        }
        self.buffer.drain(..start);
        (self.buffer.len() <= MAX_LINE_BYTES).then_some(complete)
    }
}

fn parse_line(line: &str, pending: &mut SseEvent, complete: &mut Vec<SseEvent>) {
    if line.is_empty() {
        let event = std::mem::take(pending);
        if event.data.is_some() || event.id.is_some() {
            complete.push(event);
        }
        return;
    }
    let (field, value) = line.split_once(':').unwrap_or((line, ""));
    let value = value.strip_prefix(' ').unwrap_or(value);
    match field {
        "data" => match &mut pending.data {
            Some(data) => {
                data.push('\n');
                data.push_str(value);
            }
            None => pending.data = Some(value.to_owned()),
        },
        "id" => pending.id = Some(value.to_owned()),
        "event" => pending.name = Some(value.to_owned()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_parsed_from_pieces_of_any_size() {
        let text = "retry: 100\n\nid: 6\n\n: ping\n\nid: 7\nevent: job.created\ndata: {\"a\":\r\ndata: 1}\n\nid: 8\ndata:x\n\n";
        let expected = vec![
            SseEvent {
                id: Some("6".into()),
                ..SseEvent::default()
            },
            SseEvent {
                id: Some("7".into()),
                name: Some("job.created".into()),
                data: Some("{\"a\":\n1}".into()),
            },
            SseEvent {
                id: Some("8".into()),
                name: None,
                data: Some("x".into()),
            },
        ];
        for size in 1..text.len() {
            let mut parser = SseParser::default();
            let events: Vec<_> = text
                .as_bytes()
                .chunks(size)
                .flat_map(|piece| parser.push(piece).expect("short lines"))
                .collect();
            assert_eq!(events, expected, "pieces of {size}");
        }
    }

    #[test]
    fn line_without_end_is_rejected() {
        let mut parser = SseParser::default();
        assert!(parser.push(&vec![b'x'; MAX_LINE_BYTES + 1]).is_none());
    }
}
