use serde_json::{Value, json};

/// The user with every permission, which every node has.
pub const ADMINISTRATOR: &str = "observatory";

/// A user of the broker. Permissions are regular expressions for names of queues and exchanges; an empty one matches
/// only the default exchange: <https://www.rabbitmq.com/docs/access-control>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The user name.
    pub name: String,
    /// Queues and exchanges that the user may declare and delete.
    pub configure: String,
    /// Exchanges that the user may publish to and queues that it may bind.
    pub write: String,
    /// Queues that the user may consume from and exchanges that it may bind to.
    pub read: String,
    /// Allowed routing keys by topic exchange. Without an entry, every routing key is allowed.
    pub topics: Vec<TopicPermission>,
}

/// The routing keys that a user may use with a topic exchange, as regular expressions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicPermission {
    /// The name of the exchange.
    pub exchange: String,
    /// Routing keys for publishing.
    pub write: String,
    /// Routing keys for bindings.
    pub read: String,
}

impl User {
    /// Returns the user with every permission.
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

    /// Returns the users of the observatory's services. Gateways and processors publish events and hints and declare the
    /// queues for them; the metrics-engine and the read-model have their own queues. All of them may quarantine messages.
    ///
    /// RabbitMQ requires the permission to read a queue for declaring it with dead-lettering, and the permission to write
    /// to it for binding it.
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

/// The default virtual host, which every node has.
pub(super) const HOST: &str = "/";

/// Returns the users and their permissions in a virtual host, in the format of `rabbitmqctl import_definitions`:
/// <https://www.rabbitmq.com/docs/definitions>. It contains passwords in plain text, as the identity file does; the node
/// stores hashes.
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
    fn only_publishers_may_write_to_the_exchange() {
        let writers: Vec<_> = User::services()
            .into_iter()
            .filter(|user| user.write.contains("events"))
            .map(|user| user.name)
            .collect();
        assert_eq!(writers, ["gateway", "processor"]);
    }

    #[test]
    fn definitions_contain_every_user_and_its_permissions() {
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
