use std::collections::BTreeMap;

use serde::Deserialize;

/// A request of the referee.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub(super) enum Request {
    /// Starts a new cluster. `settings` are environment variables for every role; `name` is the folder for its files.
    /// With `older` it runs the older version.
    Start {
        name: String,
        archive: bool,
        older: bool,
        settings: BTreeMap<String, String>,
    },
    /// Drains and ends every role. Returns how each ended.
    Stop,
    /// Returns the addresses of roles and servers, and the roles that ended unexpectedly.
    Describe,
    /// Acts on one role.
    Role { number: usize, act: RoleAct },
    /// Acts on one server.
    Server { name: String, act: ServerAct },
    /// Acts on the connections from one role to one server.
    Proxy {
        role: usize,
        server: String,
        act: ProxyAct,
    },
    /// Returns the numbers of messages and consumers of every queue.
    Queues,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RoleAct {
    /// Sends SIGKILL and restarts the role.
    Kill,
    /// Sends SIGTERM and restarts the role. Returns how it ended and after how many seconds.
    Terminate,
    /// Like [`Self::Terminate`], but starts the newer version.
    Upgrade,
    /// Like [`Self::Terminate`], but starts the older version, if that has the role.
    Downgrade,
    /// Sends SIGSTOP.
    Pause,
    /// Sends SIGCONT.
    Resume,
    /// Sends SIGKILL. The role stays down until [`Self::Start`].
    Remove,
    Start,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ServerAct {
    Kill,
    /// Shuts the server down in order.
    Stop,
    /// Starts the server, and stops it first if it is running.
    Restart,
    /// Restarts the server without its data.
    Wipe,
    Pause,
    Resume,
    /// Raises the disk alarm of the broker.
    RaiseAlarm,
    ClearAlarm,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ProxyAct {
    Cut,
    Stall,
    Heal,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_the_referee_are_parsed() {
        for line in [
            r#"{"do": "start", "name": "seed-1", "archive": true, "older": false, "settings": {"A": "b"}}"#,
            r#"{"do": "stop"}"#,
            r#"{"do": "role", "number": 2, "act": "kill"}"#,
            r#"{"do": "role", "number": 3, "act": "downgrade"}"#,
            r#"{"do": "server", "name": "rabbitmq", "act": "raise-alarm"}"#,
            r#"{"do": "proxy", "role": 0, "server": "postgres", "act": "stall"}"#,
            r#"{"do": "queues"}"#,
        ] {
            let request: Result<Request, _> = serde_json::from_str(line);
            assert!(request.is_ok(), "{line}");
        }
        assert!(serde_json::from_str::<Request>(r#"{"do": "explode"}"#).is_err());
    }
}
