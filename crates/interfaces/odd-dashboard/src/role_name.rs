/// A role of an observatory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RoleName {
    Gateway,
    ReadModel,
    Web,
    Processor,
    MetricsEngine,
    WebPty,
}

impl RoleName {
    /// Every role, in the order in which `up` announces them.
    pub(crate) const ALL: [Self; 6] = [
        Self::Gateway,
        Self::ReadModel,
        Self::Web,
        Self::Processor,
        Self::MetricsEngine,
        Self::WebPty,
    ];

    /// Returns the names of all roles.
    pub(crate) fn names() -> Vec<&'static str> {
        Self::ALL.map(Self::as_str).to_vec()
    }

    /// Returns the name of the role in commands, logs and metrics.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::ReadModel => "read-model",
            Self::Web => "web",
            Self::Processor => "processor",
            Self::MetricsEngine => "metrics-engine",
            Self::WebPty => "web-pty",
        }
    }

    /// Parses the name of a role on the command line.
    ///
    /// # Errors
    /// If there is no such role; the message lists those that exist.
    pub(crate) fn parse(name: &str) -> Result<Self, String> {
        Self::named(name).ok_or_else(|| format!("must be one of: {}", Self::names().join(", ")))
    }

    /// Returns the role with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Returns the variable that sets the listen address.
    pub(crate) const fn address_variable(self) -> &'static str {
        match self {
            Self::Gateway => "ODD_GATEWAY_ADDR",
            Self::ReadModel => "ODD_READ_MODEL_ADDR",
            Self::Web => "ODD_WEB_ADDR",
            Self::Processor => "ODD_PROCESSOR_ADDR",
            Self::MetricsEngine => "ODD_METRICS_ENGINE_ADDR",
            Self::WebPty => "ODD_PTY_ADDR",
        }
    }
}
