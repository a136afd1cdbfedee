use std::collections::BTreeMap;

use serde::Deserialize;

/// What the referee asks for.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub(super) enum Request {
    /// A new cluster, with or without an archive, with these variables for every role; its files are kept under `name`.
    Start {
        name: String,
        archive: bool,
        settings: BTreeMap<String, String>,
    },
    /// Drain and end every role; says how each ended.
    Stop,
    /// Where everything is, and which roles have ended so far.
    Describe,
    /// To one role, by its number.
    Role { number: usize, act: RoleAct },
    /// To one server.
    Server { name: String, act: ServerAct },
    /// To the way from one role to one server.
    Link {
        role: usize,
        server: String,
        act: LinkAct,
    },
    /// Messages and consumers of the broker's queues.
    Queues,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RoleAct {
    /// SIGKILL; it is started again.
    Kill,
    /// SIGTERM; says how it ended and how long that took, and it is started again.
    Terminate,
    /// SIGSTOP.
    Pause,
    /// SIGCONT.
    Resume,
    /// SIGKILL; it stays away until [`Self::Start`].
    Remove,
    Start,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ServerAct {
    Kill,
    /// In order.
    Stop,
    /// Also after [`Self::Kill`] and [`Self::Stop`].
    Restart,
    /// Started again without its data.
    Wipe,
    Pause,
    Resume,
    /// Of the broker: its disk seems to be full.
    RaiseAlarm,
    ClearAlarm,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum LinkAct {
    Cut,
    Stall,
    Heal,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_as_the_referee_writes_them() {
        for line in [
            r#"{"do": "start", "name": "seed-1", "archive": true, "settings": {"A": "b"}}"#,
            r#"{"do": "stop"}"#,
            r#"{"do": "role", "number": 2, "act": "kill"}"#,
            r#"{"do": "server", "name": "rabbitmq", "act": "raise-alarm"}"#,
            r#"{"do": "link", "role": 0, "server": "postgres", "act": "stall"}"#,
            r#"{"do": "queues"}"#,
        ] {
            let request: Result<Request, _> = serde_json::from_str(line);
            assert!(request.is_ok(), "{line}");
        }
        assert!(serde_json::from_str::<Request>(r#"{"do": "explode"}"#).is_err());
    }
}
