//! The event stream format of the HTML standard, section 9.2.6, as far as a server of ours uses it.

/// One dispatched event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct SseEvent {
    /// `Last-Event-ID` for a resumption after this event.
    pub(crate) id: Option<String>,
    /// The `event` field; `message` when absent.
    pub(crate) name: Option<String>,
    /// The `data` lines, joined by line feeds; absent when the event only moves the id on.
    pub(crate) data: Option<String>,
}

/// Cuts a byte stream into events.
#[derive(Debug, Default)]
pub(crate) struct SseParser {
    buffer: Vec<u8>,
    pending: SseEvent,
}

/// An unfinished line longer than this is no event of ours.
const MAX_LINE_BYTES: usize = 4 * 1024 * 1024;

impl SseParser {
    /// Takes in a piece of the stream and returns the events that it completes; `None` when a line has
    /// grown out of bounds.
    pub(crate) fn push(&mut self, piece: &[u8]) -> Option<Vec<SseEvent>> {
        self.buffer.extend_from_slice(piece);
        let mut complete = Vec::new();
        let mut start = 0;
        while let Some(length) = self.buffer[start..].iter().position(|&byte| byte == b'\n') {
            let line = &self.buffer[start..start + length];
            let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line));
            take_line(&line, &mut self.pending, &mut complete);
            start += length + 1;
        }
        self.buffer.drain(..start);
        (self.buffer.len() <= MAX_LINE_BYTES).then_some(complete)
    }
}

fn take_line(line: &str, pending: &mut SseEvent, complete: &mut Vec<SseEvent>) {
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
    fn events_survive_any_cut() {
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
    fn endless_line_is_refused() {
        let mut parser = SseParser::default();
        assert!(parser.push(&vec![b'x'; MAX_LINE_BYTES + 1]).is_none());
    }
}
