use crate::keymap::Chord;

/// Returns the answer to a question that a key gives, if it gives one.
pub(super) fn as_answer(chord: Chord) -> Option<bool> {
    match (chord.typed(), chord.to_string().as_str()) {
        (Some('y' | 'Y'), _) | (_, "enter") => Some(true),
        (Some('n' | 'N' | 'q'), _) | (_, "esc") => Some(false),
        _ => None,
    }
}
