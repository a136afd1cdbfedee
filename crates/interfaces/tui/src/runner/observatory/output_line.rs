use odd_client::inert;
use serde::Deserialize;

use crate::launch::LaunchUpdate;

/// A line of JSON on the standard output of `up`. Other lines, of later versions, are ignored.
#[derive(Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum OutputLine {
    Listening { role: String, url: String },
    Ready,
}

/// Reads what `up` announces.
pub(super) fn announced(line: &str) -> Option<LaunchUpdate> {
    Some(match serde_json::from_str(line).ok()? {
        OutputLine::Listening { role, url } => LaunchUpdate::Listening {
            role: inert(&role).into_owned(),
            url: inert(&url).into_owned(),
        },
        OutputLine::Ready => LaunchUpdate::Ready,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announcements_are_read_and_other_lines_ignored() {
        let listening = r#"{"event":"listening","role":"gateway","url":"http://127.0.0.1:3000"}"#;
        assert_eq!(
            announced(listening),
            Some(LaunchUpdate::Listening {
                role: "gateway".into(),
                url: "http://127.0.0.1:3000".into()
            })
        );
        assert_eq!(announced(r#"{"event":"ready"}"#), Some(LaunchUpdate::Ready));
        for other in ["", "ready", r#"{"event":"data-directory","path":"/x"}"#] {
            assert_eq!(announced(other), None, "{other}");
        }
    }
}
