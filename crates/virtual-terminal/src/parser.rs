use std::num::NonZeroU16;

use vt100::Callbacks;

/// The private mode of synchronised updates: between its start and its end, a terminal shows the screen before.
const SYNCHRONISED_UPDATE: u16 = 2026;

/// A parser of what programs write to terminals.
pub(crate) struct Parser(vt100::Parser<Updates>);

/// The synchronised update that is being received.
#[derive(Default)]
struct Updates {
    /// The screen before it.
    shown: Option<vt100::Screen>,
}

impl Parser {
    pub(crate) fn new(columns: u16, rows: u16) -> Self {
        let updates = Updates::default();
        let parser = vt100::Parser::new_with_callbacks(cells(rows), cells(columns), 0, updates);
        Self(parser)
    }

    pub(crate) fn process(&mut self, bytes: &[u8]) {
        self.0.process(bytes);
    }

    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.0.set_size(cells(rows), cells(columns));
    }

    /// Returns what a terminal shows: never half an update.
    pub(crate) fn screen(&self) -> &vt100::Screen {
        let before = self.0.callbacks().shown.as_ref();
        before.unwrap_or_else(|| self.0.screen())
    }
}

impl Callbacks for Updates {
    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        first: Option<u8>,
        _: Option<u8>,
        parameters: &[&[u16]],
        end: char,
    ) {
        let is_update = first == Some(b'?') && parameters.contains(&&[SYNCHRONISED_UPDATE][..]);
        match end {
            'h' if is_update => self.shown = Some(screen.clone()),
            'l' if is_update => self.shown = None,
            _ => {}
        }
    }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap_or(NonZeroU16::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn update_is_shown_when_it_is_complete() {
        let mut parser = Parser::new(20, 2);
        let shown = |parser: &Parser| parser.screen().contents();
        parser.process(b"before");
        parser.process(b"\x1b[?2026h\x1b[2J\x1b[Hafter");
        assert_eq!(shown(&parser), "before");
        parser.process(b"wards\x1b[?2026l");
        assert_eq!(shown(&parser), "afterwards");
    }
}
