//! The sections of the configuration file that are not settings, because their keys are names that the user chooses. A
//! section needs a field here, its name in [`NAMES`] and a line in [`Sections::take`].

use std::collections::BTreeMap;

use odd_contracts::JobType;
use odd_processor::Objective;
use toml::{Table, Value};

use crate::settings::objectives::{self, parse_objectives};
use crate::settings::profiles::{self, Profile, parse_profiles};
use crate::settings::tui::{self, TuiSettings, parse_tui};

/// The names of these sections.
pub(super) const NAMES: [&str; 3] = [objectives::SECTION, profiles::SECTION, tui::SECTION];

/// The content of these sections, each empty if the file does not have it.
#[derive(Debug, Default)]
pub(super) struct Sections {
    /// Objectives by job type.
    pub(super) objectives: BTreeMap<JobType, Objective>,
    /// Profiles by name.
    pub(super) profiles: BTreeMap<String, Profile>,
    /// The terminal interface.
    pub(super) tui: TuiSettings,
}

impl Sections {
    /// Removes the sections from the content of a file, and parses them.
    ///
    /// # Errors
    /// When a section is not valid; the message names the key.
    pub(super) fn take(file: &mut Table) -> Result<Self, String> {
        Ok(Self {
            objectives: section(file, objectives::SECTION, parse_objectives)?,
            profiles: section(file, profiles::SECTION, parse_profiles)?,
            tui: section(file, tui::SECTION, parse_tui)?,
        })
    }
}

fn section<T: Default>(
    file: &mut Table,
    name: &str,
    parse: impl FnOnce(&Value) -> Result<T, String>,
) -> Result<T, String> {
    file.remove(name)
        .map_or_else(|| Ok(T::default()), |section| parse(&section))
}
