use std::time::Duration;

use odd_client::Client;

use crate::keymap::Keymap;
use crate::theme::Colours;
use crate::user_command::UserCommand;
use crate::view::View;

/// The observatory that the interface shows.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Its client.
    pub client: Client,
    /// The URL of the gateway, to show.
    pub gateway_url: String,
    /// The URL of the read-model, to show.
    pub read_model_url: String,
    /// The base URL of the web dashboard, for links.
    pub web_url: String,
}

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
    /// The keys.
    pub keymap: Keymap,
    /// The programs that keys start.
    pub commands: Vec<UserCommand>,
    /// The time zone of the times that are shown.
    pub zone: jiff::tz::TimeZone,
    /// Longest wait for an answer of the gateway to a submission.
    pub submit_timeout: Duration,
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
            keymap: Keymap::default(),
            commands: Vec::new(),
            zone: jiff::tz::TimeZone::UTC,
            submit_timeout: Duration::from_secs(2),
        }
    }
}
