/// Where an observatory runs, or is going to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// One process on this machine.
    Embedded,
    /// Containers of Docker Compose on this machine.
    Compose,
    /// A Kubernetes cluster in containers on this machine.
    Kind,
    /// A Kubernetes cluster.
    Kubernetes,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 4] = [Self::Embedded, Self::Compose, Self::Kind, Self::Kubernetes];

    /// Returns the name in commands.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Compose => "compose",
            Self::Kind => "kind",
            Self::Kubernetes => "kubernetes",
        }
    }
}
