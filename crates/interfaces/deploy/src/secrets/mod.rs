//! Passwords and tokens of a deployment, and the files that contain them.

mod credentials;
mod kubernetes;
mod logins;
mod rabbitmq;
mod roles;
mod secret;
mod stores;
mod tokens;

pub use credentials::Credentials;
pub use kubernetes::kubernetes_secrets;
pub use logins::login;
pub use secret::Secret;

impl Credentials {
    /// Returns every file with secrets that the services need.
    pub fn secrets(&self) -> Vec<Secret> {
        let mut secrets = roles::secrets(self).to_vec();
        secrets.extend(tokens::secrets(self));
        secrets.extend(stores::secrets(self));
        secrets.push(rabbitmq::secret(self));
        secrets
    }
}
