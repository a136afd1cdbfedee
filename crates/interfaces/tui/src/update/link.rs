use crate::state::{Overlay, State};
use crate::view::View;

/// Returns the URL of the web page that shows the same.
pub(super) fn link(state: &State) -> String {
    let base = state.endpoint.web_url.trim_end_matches('/');
    match (state.overlays.last(), state.detail.job_id, state.view) {
        (Some(Overlay::Detail), Some(id), _) => format!("{base}/jobs/{id}"),
        (_, _, View::Overview) => format!("{base}/"),
        (_, _, View::Jobs) if !state.jobs.filter_text.is_empty() => {
            format!(
                "{base}/jobs?filter={}",
                percent_encoded(&state.jobs.filter_text)
            )
        }
        (_, _, view) => format!("{base}/{}", view.as_str()),
    }
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
