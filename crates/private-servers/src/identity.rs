use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::Error;
use crate::place::{Room, write_private};
use crate::port::Port;
use crate::secret;

/// The ports and passwords of a server, kept beside its data so that it is the same server the next time.
#[derive(Debug)]
pub(crate) struct Identity {
    file: PathBuf,
    values: BTreeMap<String, String>,
}

impl Identity {
    /// Of the server in a room; empty for a new one.
    pub(crate) fn load(room: &Room) -> Result<Self, Error> {
        let file = room.path().join("identity");
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

    /// The port with this name: the one of the last time if it is free.
    pub(crate) fn port(&mut self, name: &str) -> Result<Port, Error> {
        let wanted = self.values.get(name).and_then(|port| port.parse().ok());
        let port = Port::claim(wanted)?;
        self.values
            .insert(name.to_owned(), port.number().to_string());
        Ok(port)
    }

    /// The secret with this name, random the first time.
    pub(crate) fn secret(&mut self, name: &str) -> Result<String, Error> {
        if let Some(secret) = self.values.get(name) {
            return Ok(secret.clone());
        }
        let secret = secret::random()?;
        self.values.insert(name.to_owned(), secret.clone());
        Ok(secret)
    }

    /// Writes it down.
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
    use crate::{Kind, Place};

    #[test]
    fn the_next_time_brings_the_same_secrets_and_ports() {
        let place = Place::temporary().expect("a place");
        let room = Room::enter(&place, Kind::Redis).expect("a room");
        let mut first = Identity::load(&room).expect("new");
        let (secret, port) = (first.secret("password"), first.port("port"));
        let (secret, port) = (secret.expect("a secret"), port.expect("a port").number());
        first.save().expect("saved");
        let mut second = Identity::load(&room).expect("saved before");
        assert_eq!(second.secret("password").expect("kept"), secret);
        assert_eq!(second.port("port").expect("free").number(), port);
        assert_ne!(second.secret("other").expect("a secret"), secret);
    }
}
