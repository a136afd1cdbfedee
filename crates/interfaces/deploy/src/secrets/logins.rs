/// The pages with a login of their own: the user, and the name of the password.
const LOGINS: [(&str, &str, &str); 4] = [
    ("grafana", "admin", "grafana-admin"),
    ("rabbitmq", "admin", "rabbitmq-admin"),
    ("pgadmin", "admin@example.com", "pgadmin-admin"),
    ("mongo-express", "admin", "mongo-express-admin"),
];

/// Returns how one signs in to a page: the user, and the name of the password in `passwords.toml`. `None` if it has no login
/// of its own.
pub fn login(page: &str) -> Option<(&'static str, &'static str)> {
    let found = LOGINS.into_iter().find(|(id, ..)| *id == page);
    found.map(|(_, user, password)| (user, password))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Credentials;

    #[test]
    fn every_password_exists() {
        let credentials = Credentials::generate();
        for (_, _, password) in LOGINS {
            assert!(!credentials.get(password).is_empty());
        }
    }
}
