use super::users::User;
use crate::certificate::Certificate;

/// The options of [`RabbitMq`](crate::RabbitMq).
#[derive(Debug, Clone)]
pub struct RabbitMqOptions {
    /// Users in addition to [`ADMINISTRATOR`](crate::ADMINISTRATOR). They are created or updated at every start.
    pub users: Vec<User>,
    /// Additional settings, as in `rabbitmq.conf`.
    pub settings: Vec<(String, String)>,
    /// Enables TLS. The URLs then use a second port.
    pub certificate: Option<Certificate>,
}

impl Default for RabbitMqOptions {
    /// Creates the users of [`User::services`].
    fn default() -> Self {
        Self {
            users: User::services(),
            settings: Vec::new(),
            certificate: None,
        }
    }
}
