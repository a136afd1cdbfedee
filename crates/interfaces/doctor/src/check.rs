use serde::Serialize;

use crate::{CheckStatus, Fix};

/// The result of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// A stable id for programs, such as `port-gateway`.
    pub id: String,
    /// What the check is part of.
    pub group: Group,
    /// What was checked, for people.
    pub title: String,
    /// The verdict.
    pub status: CheckStatus,
    /// What was found. It may contain text of other programs: show it inert.
    pub detail: String,
    /// What to do; present for every warning and failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// The position in the list of probes.
    #[serde(skip)]
    pub(crate) position: usize,
}

/// What a check is part of, in display order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// The operating system and the processor.
    Platform,
    /// Disk, memory and limits.
    Machine,
    /// The directory of the embedded store.
    DataDirectory,
    /// The listen addresses of the roles.
    Ports,
    /// What the terminal can show.
    Terminal,
    /// The programs that a cluster needs.
    Tools,
    /// The roles of a running deployment.
    Deployment,
    /// The database, the broker and the cache.
    Servers,
}

impl Group {
    /// Returns the heading of the group.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Platform => "Platform",
            Self::Machine => "Machine",
            Self::DataDirectory => "Data directory",
            Self::Ports => "Ports",
            Self::Terminal => "Terminal",
            Self::Tools => "Tools",
            Self::Deployment => "Deployment",
            Self::Servers => "Servers",
        }
    }
}
