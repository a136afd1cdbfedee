use serde_json::{Value, json};

/// The user with every permission, who is always there.
pub const ADMINISTRATOR: &str = "observatory";

/// A user of the broker. Permissions are regular expressions on names of queues and exchanges; an empty one matches
/// only the nameless default exchange: <https://www.rabbitmq.com/docs/access-control>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// What may be declared and deleted.
    pub configure: String,
    /// Where messages may be put: exchanges to publish to, queues to bind.
    pub write: String,
    /// Where messages may be taken from: queues to consume, exchanges to bind to.
    pub read: String,
    /// Limits on routing keys, by topic exchange. Without any, every routing key is allowed.
    pub topics: Vec<TopicPermission>,
}

/// Which routing keys a user may use with a topic exchange, as regular expressions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicPermission {
    /// The exchange.
    pub exchange: String,
    /// To publish with.
    pub write: String,
    /// To bind with.
    pub read: String,
}

impl User {
    /// Everything is allowed.
    pub(super) fn administrator() -> Self {
        let everything = || ".*".to_owned();
        Self {
            name: ADMINISTRATOR.into(),
            configure: everything(),
            write: everything(),
            read: everything(),
            topics: Vec::new(),
        }
    }

    /// The services of the observatory. Those that change jobs publish events and hints, and declare the queues that
    /// take them; those that follow have a queue of their own. All of them may park what they cannot use.
    ///
    /// To declare a queue that dead-letters takes the right to read it, and to bind one the right to write to it.
    pub fn services() -> Vec<Self> {
        vec![
            Self::publisher("gateway"),
            Self::publisher("processor"),
            Self::follower("metrics-engine"),
            Self::follower("read-model"),
        ]
    }

    fn publisher(name: &str) -> Self {
        let all =
            r"^(observatory\.(events|dead-letters)|metrics-engine\.events|jobs\..*)$".to_owned();
        Self {
            name: name.into(),
            configure: all.clone(),
            write: all.clone(),
            read: all,
            topics: Vec::new(),
        }
    }

    fn follower(name: &str) -> Self {
        let with = |exchanges: &str| format!(r"^(observatory\.{exchanges}|{name}\..*)$");
        Self {
            name: name.into(),
            configure: with("(events|dead-letters)"),
            write: with("dead-letters"),
            read: with("(events|dead-letters)"),
            topics: Vec::new(),
        }
    }
}

/// The virtual host that is always there.
pub(super) const HOST: &str = "/";

/// The users with their permissions in a virtual host, in the format that nodes import: <https://www.rabbitmq.com/docs/definitions>. It holds the passwords as
/// they are, as the file with the identity does; the node stores hashes.
pub(super) fn definitions(users: &[(User, String)], host: &str) -> Value {
    let mut topics = Vec::new();
    for (user, _) in users {
        topics.extend(user.topics.iter().map(|topic| {
            json!({
                "user": user.name, "vhost": host, "exchange": topic.exchange,
                "write": topic.write, "read": topic.read,
            })
        }));
    }
    let permission = |(user, _): &(User, String)| {
        json!({
            "user": user.name, "vhost": host,
            "configure": user.configure, "write": user.write, "read": user.read,
        })
    };
    let account = |(user, password): &(User, String)| {
        let tags = if user.name == ADMINISTRATOR {
            "administrator"
        } else {
            ""
        };
        json!({ "name": user.name, "password": password, "tags": tags })
    };
    json!({
        "vhosts": [{ "name": host }],
        "users": users.iter().map(account).collect::<Vec<_>>(),
        "permissions": users.iter().map(permission).collect::<Vec<_>>(),
        "topic_permissions": topics,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_who_publish_may_write_to_the_exchange() {
        let writers: Vec<_> = User::services()
            .into_iter()
            .filter(|user| user.write.contains("events"))
            .map(|user| user.name)
            .collect();
        assert_eq!(writers, ["gateway", "processor"]);
    }

    #[test]
    fn definitions_name_every_user_with_its_permissions() {
        let mut user = User::publisher("gateway");
        user.topics.push(TopicPermission {
            exchange: "observatory.events".into(),
            write: "^job\\.created$".into(),
            read: String::new(),
        });
        let users = [
            (User::administrator(), "one".to_owned()),
            (user, "two".into()),
        ];
        let definitions = definitions(&users, HOST);
        assert_eq!(definitions["users"][0]["tags"], "administrator");
        assert_eq!(definitions["users"][1]["tags"], "");
        assert_eq!(definitions["users"][1]["password"], "two");
        assert_eq!(
            definitions["permissions"][1]["write"],
            r"^(observatory\.(events|dead-letters)|metrics-engine\.events|jobs\..*)$"
        );
        assert_eq!(
            definitions["topic_permissions"][0]["write"],
            r"^job\.created$"
        );
    }
}
