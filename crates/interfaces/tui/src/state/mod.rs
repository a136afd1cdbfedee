//! Everything that is shown, as one value.

mod anchor;
mod animation;
mod attach_prompt;
mod choices;
mod cursor;
mod detail;
mod events;
mod filter_history;
mod filter_line;
mod filter_target;
mod following;
mod form;
mod history;
mod hits;
mod job_table;
mod jobs;
mod json_view;
mod known;
mod launch;
mod links;
mod log_view;
mod now;
mod open_form;
mod overlay;
mod overview;
mod palette;
mod progress;
mod row_filter;
mod search;
mod section;
mod selection;
mod setup;
mod start;
mod stream;
mod tour;

pub(crate) use attach_prompt::AttachPrompt;
pub(crate) use choices::{Choice, Choices};
pub(crate) use cursor::Cursor;
pub(crate) use detail::{Detail, JsonPart, OpenEvent};
pub(crate) use events::Events;
pub(crate) use filter_history::FilterHistory;
pub(crate) use filter_line::FilterLine;
pub(crate) use filter_target::FilterTarget;
pub(crate) use following::Following;
pub(crate) use form::{Field, JobForm, Phase, Problem, Sent};
pub(crate) use history::{History, Location};
pub(crate) use hits::{Hits, Target};
pub(crate) use job_table::{JobTable, SortKey};
pub(crate) use jobs::Jobs;
pub(crate) use json_view::{JsonRow, JsonView};
pub(crate) use launch::{Diagnosis, Launch, LaunchPhase};
pub(crate) use links::{Link, Links};
pub(crate) use log_view::{LogEntry, LogRow, LogView};
pub use now::Now;
pub(crate) use overlay::{Confirmation, Overlay};
pub(crate) use overview::{CHARTED, Overview};
pub(crate) use palette::{Command, Found, Palette, RECENT_COMMANDS, Runs};
pub(crate) use progress::{Progress, Step, StepPhase};
pub(crate) use row_filter::RowFilter;
pub(crate) use search::Search;
pub(crate) use section::Section;
pub(crate) use setup::Setup;
pub(crate) use stream::{Freeze, Stream};
pub(crate) use tour::{Tour, TourStep};

use std::time::Duration;

use odd_contracts::{AlertList, Job, JobId, JobList, QueueList, ServiceList, WorkerList};

use crate::attach::Profile;
use crate::connection::Endpoint;
use crate::data::Resource;
use crate::keymap::{Binding, Keymap, Scope};
use crate::message::Notice;
use crate::options::Options;
use crate::theme::Theme;
use crate::user_command::UserCommand;
use crate::view::View;

/// Everything that is shown, and nothing else. Changed by [`update`](crate::update()) only, and read by
/// [`draw`](crate::draw()).
#[derive(Debug)]
pub struct State {
    pub(crate) now: Now,
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) theme: Theme,
    pub(crate) keymap: Keymap,
    pub(crate) zone: jiff::tz::TimeZone,
    pub(crate) has_motion: bool,
    pub(crate) has_mouse: bool,
    pub(crate) is_read_only: bool,
    /// Whether nothing outside of the terminal may be used.
    pub(crate) is_restricted: bool,
    pub(crate) endpoint: Endpoint,
    pub(crate) view: View,
    pub(crate) history: History,
    pub(crate) overlays: Vec<Overlay>,
    pub(crate) filter_line: Option<FilterLine>,
    pub(crate) filter_history: FilterHistory,
    /// The names of the commands that were chosen from the list, newest first.
    pub(crate) recent_commands: Vec<String>,
    pub(crate) commands: Vec<UserCommand>,
    pub(crate) running_commands: usize,
    pub(crate) notice: Option<(Notice, Duration)>,
    /// Changes that are not answered yet.
    pub(crate) pending_changes: usize,
    /// Whether the interface ends with the last of them; then whether the last screen is kept.
    pub(crate) quits_after_changes: Option<bool>,
    /// When new data has last put another job under the cursor.
    pub(crate) selection_moved_at: Option<Duration>,
    pub(crate) stream: Stream,
    pub(crate) freeze: Option<Freeze>,
    pub(crate) overview: Overview,
    pub(crate) jobs: Jobs,
    pub(crate) events: Events,
    pub(crate) detail: Detail,
    pub(crate) queues: Resource<QueueList>,
    pub(crate) dead_letters: Resource<JobList>,
    pub(crate) dead_letters_filter: RowFilter,
    pub(crate) queues_cursor: Cursor,
    pub(crate) services: Resource<ServiceList>,
    pub(crate) services_cursor: Cursor,
    pub(crate) workers: Resource<WorkerList>,
    pub(crate) alerts: Resource<AlertList>,
    pub(crate) alerts_cursor: Cursor,
    pub(crate) links: Links,
    pub(crate) setup: Setup,
    pub(crate) launch: Launch,
    pub(crate) profiles: Vec<Profile>,
    /// Whether another observatory can be connected.
    pub(crate) can_attach: bool,
    pub(crate) tour: Option<Tour>,
    /// Whether the tour is still to be offered.
    pub(crate) has_new_user: bool,
    /// What the last frame has drawn where, for the mouse and for jumps.
    pub(crate) hits: Hits,
}

/// What a frame has drawn where; to be given to [`State::set_drawn`].
#[derive(Debug, Default)]
pub struct Drawn(pub(crate) Hits);

impl State {
    /// Creates the state before anything is loaded, for a terminal of `size` columns and rows.
    pub fn new(options: &Options, endpoint: Endpoint, size: (u16, u16), now: Now) -> Self {
        Self {
            now,
            width: size.0,
            height: size.1,
            theme: Theme::new(options.colours, options.ascii),
            keymap: options.keymap.clone(),
            zone: options.zone.clone(),
            has_motion: options.motion,
            has_mouse: options.mouse,
            is_read_only: options.read_only,
            is_restricted: options.restricted,
            endpoint,
            view: options.view,
            history: History::default(),
            overlays: match options.job {
                Some(_) => vec![Overlay::Detail],
                None => Vec::new(),
            },
            filter_line: None,
            filter_history: FilterHistory::default(),
            recent_commands: Vec::new(),
            commands: options.commands.clone(),
            running_commands: 0,
            notice: None,
            pending_changes: 0,
            quits_after_changes: None,
            selection_moved_at: None,
            stream: Stream::Connecting,
            freeze: None,
            overview: Overview::default(),
            jobs: Jobs::with_filter(&options.filter),
            events: Events::default(),
            detail: Detail::of(options.job),
            queues: Resource::default(),
            dead_letters: Resource::default(),
            dead_letters_filter: RowFilter::default(),
            queues_cursor: Cursor::default(),
            services: Resource::default(),
            services_cursor: Cursor::default(),
            workers: Resource::default(),
            alerts: Resource::default(),
            alerts_cursor: Cursor::default(),
            links: Links::default(),
            setup: Setup::new(options.setup.is_some()),
            launch: Launch::new(options.launcher.clone().filter(|_| !options.read_only)),
            profiles: options.profiles.clone(),
            can_attach: options.connector.is_some(),
            tour: None,
            has_new_user: options.tour && !options.read_only,
            hits: Hits::default(),
        }
    }

    /// Whether this interface has the binding: not if it is read-only or restricted, and the binding is not for that.
    pub(crate) fn offers(&self, binding: &Binding) -> bool {
        let is_refused_change = self.is_read_only && binding.is_change;
        let is_refused_exit = self.is_restricted && binding.action.leaves_terminal();
        !is_refused_change && !is_refused_exit
    }

    /// Whether the terminal is too small for any view.
    pub(crate) fn is_too_small(&self) -> bool {
        self.width < 60 || self.height < 16
    }

    /// Whether there is room for a table and a detail side by side.
    pub(crate) fn is_large(&self) -> bool {
        self.width >= 160 && self.height >= 40
    }

    /// Returns the columns that the detail has: of the window above the view, or of the panel next to a table.
    pub(crate) fn detail_width(&self) -> usize {
        let outer = match self.has_detail_window() {
            true => self.width,
            false => self.width / 5 * 2,
        };
        usize::from(outer.saturating_sub(2))
    }

    /// Returns the parts of the key table that apply now, the most specific first.
    pub(crate) fn scopes(&self) -> Vec<Scope> {
        match self.overlays.last() {
            Some(Overlay::Detail) => {
                return vec![Scope::Detail, Scope::Table, Scope::Jobs, Scope::Global];
            }
            Some(Overlay::Form(_)) => return vec![Scope::Form, Scope::Global],
            Some(
                Overlay::Links
                | Overlay::Setup
                | Overlay::Help { .. }
                | Overlay::Health { .. }
                | Overlay::Address { .. },
            ) => return vec![Scope::Table, Scope::Global],
            None if self.shows_start() => return vec![Scope::Start, Scope::Global],
            _ => {}
        }
        let of_view = match self.view {
            View::Overview => vec![Scope::Overview],
            View::Jobs => vec![Scope::Jobs],
            View::Queues => vec![Scope::DeadLetters],
            View::Alerts => vec![Scope::Alerts],
            View::Events | View::Services => Vec::new(),
        };
        [of_view, vec![Scope::Table, Scope::Global]].concat()
    }

    /// Returns the job that is selected or open, if there is one.
    pub(crate) fn selected_job(&self) -> Option<JobId> {
        if matches!(self.overlays.last(), Some(Overlay::Detail)) {
            return self.detail.job_id;
        }
        match self.view {
            View::Overview => self.overview.selected_job(),
            View::Jobs => self.jobs.selected().map(|row| row.id),
            View::Events => self.events.selected().map(|row| row.job_id),
            View::Queues => self.selected_dead_letter(),
            View::Services | View::Alerts => None,
        }
    }

    /// Returns the dead letter at the cursor of the queues view: its rows follow those of the queues.
    pub(crate) fn selected_dead_letter(&self) -> Option<JobId> {
        let queues = self.queues.value().map_or(0, |list| list.queues.len());
        let index = self.queues_cursor.selected().checked_sub(queues)?;
        self.shown_dead_letters().nth(index).map(|job| job.id)
    }

    /// Returns the dead letters that the filter selects.
    pub(crate) fn shown_dead_letters(&self) -> impl Iterator<Item = &Job> {
        let all = self.dead_letters.value().map_or(&[][..], |list| &list.jobs);
        let filter = &self.dead_letters_filter;
        all.iter().filter(|job| filter.selects_job(job))
    }

    /// Returns the filter of the view, as it was typed.
    pub(crate) fn filter_text(&self) -> &str {
        match FilterTarget::of_view(self.view) {
            FilterTarget::Jobs => &self.jobs.filter_text,
            FilterTarget::Events => self.events.filter().text(),
            FilterTarget::DeadLetters => self.dead_letters_filter.text(),
        }
    }

    /// Whether the window with the detail of a job is open.
    pub(crate) fn has_detail_window(&self) -> bool {
        let mut overlays = self.overlays.iter();
        overlays.any(|overlay| matches!(overlay, Overlay::Detail))
    }

    /// Whether the view shows the detail of the selected job next to a table. Wide columns take its place.
    pub(crate) fn has_detail_panel(&self) -> bool {
        match self.view {
            View::Overview => self.is_large(),
            View::Jobs => self.is_large() && !self.jobs.is_wide,
            _ => false,
        }
    }

    /// Opens an overlay above what is open. One of the same kind that is open already is closed, so that there are few.
    pub(crate) fn open(&mut self, overlay: Overlay) {
        let kind = std::mem::discriminant(&overlay);
        self.overlays
            .retain(|open| std::mem::discriminant(open) != kind);
        self.overlays.push(overlay);
    }

    /// Takes what a frame has drawn where.
    pub fn set_drawn(&mut self, drawn: Drawn) {
        self.hits = drawn.0;
    }

    /// Returns the number of rows that the table of the last frame has room for.
    pub(crate) fn page_rows(&self) -> usize {
        self.hits.page_rows.max(1)
    }

    /// Shows a line above the footer for some seconds.
    pub(crate) fn notify(&mut self, notice: Notice) {
        self.notice = Some((notice, self.now.elapsed));
    }
}
