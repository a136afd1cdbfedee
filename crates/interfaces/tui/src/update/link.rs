use crate::state::{Overlay, State};
use crate::view::View;

/// Returns the URL of the web page that shows the same; `None` if the base URL is not known.
pub(super) fn link(state: &State) -> Option<String> {
    let base = state.endpoint.web_url.as_ref()?.trim_end_matches('/');
    let link = match (state.overlays.last(), state.detail.job_id, state.view) {
        (Some(Overlay::Detail), Some(id), _) => format!("{base}/jobs/{id}"),
        (_, _, View::Overview) => format!("{base}/"),
        (_, _, View::Jobs) if !state.jobs.filter_text.is_empty() => {
            format!(
                "{base}/jobs?filter={}",
                percent_encoded(&state.jobs.filter_text)
            )
        }
        (_, _, view) => format!("{base}/{}", view.as_str()),
    };
    Some(link)
}

/// Encodes text for the query of a URL (RFC 3986, section 2.1).
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::Effect;
    use crate::update::tests::{pressed, state};

    #[test]
    fn link_needs_a_web_url() {
        let mut state = state();
        assert_eq!(link(&state), None);
        let effects = pressed(&mut state, "Y");
        assert!(
            !effects
                .iter()
                .any(|effect| matches!(effect, Effect::Copy { .. }))
        );
        state.endpoint.web_url = Some("https://jobs.example/web/".into());
        let expected = "https://jobs.example/web/";
        assert_eq!(link(&state).as_deref(), Some(expected));
    }
}
