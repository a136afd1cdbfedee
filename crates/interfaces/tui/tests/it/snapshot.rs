use std::collections::BTreeMap;
use std::fmt::Write;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

/// Frames with headings, for one snapshot file.
#[derive(Default)]
pub(crate) struct Frames(String);

impl Frames {
    pub(crate) fn add(&mut self, heading: &str, frame: &Buffer) {
        let area = frame.area;
        let _ = writeln!(self.0, "== {heading}, {}x{}", area.width, area.height);
        self.0.push_str(&text(frame));
    }

    /// Compares the frames with the file of this name under `snapshots`.
    pub(crate) fn assert(self, name: &str) {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, self.0);
        });
    }

    /// Adds the styles of a frame: a letter for each cell, and what the letters mean.
    pub(crate) fn add_styles(&mut self, heading: &str, frame: &Buffer) {
        let _ = writeln!(self.0, "== {heading}");
        let mut letters = BTreeMap::new();
        let mut map = String::new();
        for row in frame.content.chunks(usize::from(frame.area.width)) {
            let line: String = row
                .iter()
                .map(|cell| match style(cell.fg, cell.bg, cell.modifier) {
                    style if style.is_empty() => ' ',
                    style => {
                        let next =
                            char::from(b'a' + u8::try_from(letters.len()).expect("few styles"));
                        *letters.entry(style).or_insert(next)
                    }
                })
                .collect();
            map.push_str(line.trim_end());
            map.push('\n');
        }
        let mut legend: Vec<_> = letters.into_iter().collect();
        legend.sort_by_key(|(_, letter)| *letter);
        for (style, letter) in legend {
            let _ = writeln!(self.0, "{letter} = {style}");
        }
        self.0.push_str(&map);
    }
}

/// Returns the characters of a frame, without blanks at the ends of lines.
pub(crate) fn text(frame: &Buffer) -> String {
    let mut text = String::new();
    for row in frame.content.chunks(usize::from(frame.area.width.max(1))) {
        let mut line = String::new();
        let mut covered = 0;
        for cell in row {
            // The cell after a wide character is not shown.
            if covered > 0 {
                covered -= 1;
                continue;
            }
            let symbol = cell.symbol();
            covered = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
            line.push_str(symbol);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Names a style; nothing for ordinary text.
fn style(foreground: Color, background: Color, modifier: Modifier) -> String {
    let mut parts = Vec::new();
    if foreground != Color::Reset {
        parts.push(foreground.to_string());
    }
    if background != Color::Reset {
        parts.push(format!("on {background}"));
    }
    parts.extend(modifier.iter_names().map(|(name, _)| name.to_lowercase()));
    parts.join(" ")
}
