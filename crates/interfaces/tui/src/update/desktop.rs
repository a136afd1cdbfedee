use odd_client::inert;
use odd_desktop::CopyOutcome;

use crate::effect::Effect;
use crate::message::Notice;
use crate::state::{Overlay, State};

/// Shows what has happened to text that was to be copied.
pub(super) fn copied(state: &mut State, what: &str, outcome: CopyOutcome) -> Vec<Effect> {
    let text = format!("{what} {outcome}");
    let notice = match outcome {
        CopyOutcome::NotPossible(_) => Notice::failed(text),
        CopyOutcome::Copied | CopyOutcome::SendToTerminal(_) => Notice::done(text),
    };
    state.notify(notice);
    match outcome {
        CopyOutcome::SendToTerminal(bytes) => vec![Effect::SendToTerminal(bytes)],
        CopyOutcome::Copied | CopyOutcome::NotPossible(_) => Vec::new(),
    }
}

/// Shows a URL that could not be opened, so that it can be copied.
pub(super) fn not_opened(state: &mut State, url: &str, why: &str) {
    let overlay = Overlay::Address {
        url: inert(url).into_owned(),
        why: inert(why).into_owned(),
    };
    state.overlays.push(overlay);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Message, NoticeKind};
    use crate::update::tests::{state, updated};

    fn copy(outcome: CopyOutcome) -> (String, NoticeKind, Vec<Effect>) {
        let mut state = state();
        let message = Message::Copied {
            what: "job id",
            outcome,
        };
        let effects = updated(&mut state, message);
        let (notice, _) = state.notice.expect("a notice");
        (notice.text, notice.kind, effects)
    }

    #[test]
    fn every_outcome_of_copying_is_shown() {
        let (text, kind, _) = copy(CopyOutcome::Copied);
        assert_eq!((text.as_str(), kind), ("job id copied", NoticeKind::Done));
        let (text, kind, _) = copy(CopyOutcome::NotPossible("no clipboard".into()));
        assert_eq!(text, "job id not copied: no clipboard");
        assert_eq!(kind, NoticeKind::Failed);
        let (text, _, effects) = copy(CopyOutcome::SendToTerminal(vec![1]));
        assert!(text.starts_with("job id sent to the terminal"), "{text}");
        let is_sent =
            |effect: &Effect| matches!(effect, Effect::SendToTerminal(bytes) if *bytes == [1]);
        assert!(effects.iter().any(is_sent));
    }
}
