use std::path::PathBuf;
use std::time::Duration;

use crate::attach::{Connector, Profile};
use crate::keymap::Keymap;
use crate::launch::Launcher;
use crate::setup::SetupProbes;
use crate::theme::Colours;
use crate::user_command::UserCommand;
use crate::view::View;

/// How the interface starts and looks.
#[derive(Debug, Clone)]
pub struct Options {
    /// The view that is shown first.
    pub view: View,
    /// The filter of the jobs.
    pub filter: String,
    /// The job whose detail is open.
    pub job: Option<odd_contracts::JobId>,
    /// The colours.
    pub colours: Colours,
    /// Draw with ASCII characters only.
    pub ascii: bool,
    /// Animate what runs.
    pub motion: bool,
    /// React to the mouse.
    pub mouse: bool,
    /// Offer nothing that changes the observatory, and be unable to.
    pub read_only: bool,
    /// Use nothing outside of the terminal: no pager, editor, browser or program, no file, no other observatory.
    pub restricted: bool,
    /// The keys.
    pub keymap: Keymap,
    /// The programs that keys start.
    pub commands: Vec<UserCommand>,
    /// The time zone of the times that are shown.
    pub zone: jiff::tz::TimeZone,
    /// Longest wait for an answer of the gateway to a submission.
    pub submit_timeout: Duration,
    /// How to start an observatory when none runs; `None` where that is not possible.
    pub launcher: Option<Launcher>,
    /// The checks of the prerequisites.
    pub setup: Option<SetupProbes>,
    /// Creates connections to other observatories.
    pub connector: Option<Connector>,
    /// The other observatories that are known by name.
    pub profiles: Vec<Profile>,
    /// Offer the tour.
    pub tour: bool,
    /// The file that remembers that the tour was offered.
    pub tour_marker: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            view: View::Overview,
            filter: String::new(),
            job: None,
            colours: Colours::Dark,
            ascii: false,
            motion: true,
            mouse: false,
            read_only: false,
            restricted: false,
            keymap: Keymap::default(),
            commands: Vec::new(),
            zone: jiff::tz::TimeZone::UTC,
            submit_timeout: Duration::from_secs(2),
            launcher: None,
            setup: None,
            connector: None,
            profiles: Vec::new(),
            tour: false,
            tour_marker: None,
        }
    }
}
