/// A deployment on Docker Compose. Each has containers, volumes and a network of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Every service on its usual port, for developers.
    Dev,
    /// Two gateways and processors, with ports from 13000 up.
    Demo,
    /// Free ports, for tests.
    Integration,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Dev, Self::Demo, Self::Integration];

    /// Returns the name of the mode on the command line, which is also the name of its file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Demo => "demo",
            Self::Integration => "integration",
        }
    }

    /// Returns the mode with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}
