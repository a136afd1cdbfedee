use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::Error;
use crate::port::Port;
use crate::secret;
use crate::server_dir::{ServerDir, write_private};

/// The ports and passwords of a server, stored next to its data so that they survive a restart.
#[derive(Debug)]
pub(crate) struct Identity {
    file: PathBuf,
    values: BTreeMap<String, String>,
}

impl Identity {
    /// Reads the identity of the server in a folder. It is empty for a new server.
    pub(crate) fn load(dir: &ServerDir) -> Result<Self, Error> {
        let file = dir.path().join("identity");
        let text = match fs::read_to_string(&file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            read => read.map_err(Error::io(format!("read {}", file.display())))?,
        };
        let values = text
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        Ok(Self { file, values })
    }

    /// Claims the port with this name: the stored one if it is free, otherwise a random one.
    pub(crate) fn port(&mut self, name: &str) -> Result<Port, Error> {
        let stored = self.values.get(name).and_then(|port| port.parse().ok());
        let port = Port::claim(stored)?;
        self.values
            .insert(name.to_owned(), port.number().to_string());
        Ok(port)
    }

    /// Returns the stored secret with this name, or creates a random one.
    pub(crate) fn secret(&mut self, name: &str) -> Result<String, Error> {
        if let Some(secret) = self.values.get(name) {
            return Ok(secret.clone());
        }
        let secret = secret::random()?;
        self.values.insert(name.to_owned(), secret.clone());
        Ok(secret)
    }

    /// Writes the identity to its file.
    pub(crate) fn save(&self) -> Result<(), Error> {
        let mut text = String::new();
        for (key, value) in &self.values {
            text.push_str(&format!("{key}={value}\n"));
        }
        write_private(&self.file, &text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DataRoot, Kind};

    #[test]
    fn saved_secrets_and_ports_are_reused() {
        let root = DataRoot::temporary().expect("a temporary folder");
        let dir = ServerDir::lock(&root, Kind::Redis).expect("not locked");
        let mut first = Identity::load(&dir).expect("new");
        let (secret, port) = (first.secret("password"), first.port("port"));
        let (secret, port) = (secret.expect("a secret"), port.expect("a port").number());
        first.save().expect("saved");
        let mut second = Identity::load(&dir).expect("saved before");
        assert_eq!(second.secret("password").expect("stored"), secret);
        assert_eq!(second.port("port").expect("free").number(), port);
        assert_ne!(second.secret("other").expect("a secret"), secret);
    }
}
