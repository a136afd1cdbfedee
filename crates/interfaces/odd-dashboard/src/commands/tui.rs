mod attach;
mod launcher;
mod setup;

use std::cell::Cell;
use std::io::IsTerminal;

use clap::ValueEnum;
use odd_client::{JobFilter, JobRef, inert};
use odd_contracts::JobId;
use odd_tui::{Colours, End, LaunchTarget, LeftRunning, Options, Started, TerminalColours, View};

use crate::completion;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::{ClientSettings, TuiSettings};
use crate::signals::Signals;

/// The terminal interface, which opens without a command.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// View to show first: overview, jobs, events, queues, services or alerts
    #[arg(long, value_name = "VIEW", help_heading = "Terminal interface")]
    view: Option<View>,
    /// Filter of the jobs, such as 'status:FAILED since:1h'
    #[arg(long, value_name = "FILTER", help_heading = "Terminal interface")]
    filter: Option<JobFilter>,
    /// Job whose detail is open
    #[arg(long, value_name = "JOB", add = completion::jobs(), help_heading = "Terminal interface")]
    job: Option<JobRef>,
    /// Colours; by default those that suit the terminal
    #[arg(long, value_enum, help_heading = "Terminal interface")]
    theme: Option<Theme>,
    /// Draw with ASCII characters only
    #[arg(long, help_heading = "Terminal interface")]
    ascii: bool,
    /// Do not animate anything
    #[arg(long, help_heading = "Terminal interface")]
    no_motion: bool,
    /// React to the mouse
    #[arg(long, help_heading = "Terminal interface")]
    mouse: bool,
    /// Offer nothing that changes the observatory
    #[arg(long, help_heading = "Terminal interface")]
    read_only: bool,
    /// Use nothing outside of the terminal: no pager, editor, browser, program or file
    #[arg(long, help_heading = "Terminal interface")]
    restricted: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Theme {
    /// For a dark background
    Dark,
    /// For a light background
    Light,
    /// The 16 colours of the terminal
    Sixteen,
    /// None
    None,
}

/// Opens the terminal interface. Without a terminal, prints the help instead.
pub(crate) fn run(
    args: Args,
    root: fn() -> clap::Command,
    context: &Context,
) -> Result<Exit, Failure> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        eprint!("{}", root().render_help());
        return Ok(Exit::Usage);
    }
    let settings = context.client_settings()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed("cannot start the runtime").cause(error))?;
    runtime.block_on(async {
        let target = attach::Target::selected(&context.sources, settings.clone())?;
        let local = local_options(&args, context, &settings, &target);
        let connection = target.connect(args.read_only)?;
        let job = match &args.job {
            Some(job) => Some(connection.client.resolve_job(job).await?),
            None => None,
        };
        let options = args.options(local, job, context.sources.tui(), context.printer.colour);
        let mut signals = Signals::listen_with_hangup().without_interrupt();
        let signalled = Cell::new(Exit::Terminated);
        #[cfg(all(unix, debug_assertions))]
        tokio::spawn(crate::signals::panic_on_user_signal());
        let terminated = async { signalled.set(signals.next().await) };
        let outcome = odd_tui::run(connection, options, terminated).await;
        let outcome =
            outcome.map_err(|error| Failure::failed("the interface ended").caused_by(&error))?;
        if let Some(observatory) = &outcome.left_running {
            report_running(observatory, context);
        }
        Ok(match outcome.end {
            End::Quit => Exit::Ok,
            End::Interrupted => Exit::Interrupted,
            End::Terminated => signalled.get(),
        })
    })
}

/// Returns the options that concern this machine; none for an interface that must not use it.
fn local_options(
    args: &Args,
    context: &Context,
    settings: &ClientSettings,
    target: &attach::Target,
) -> Options {
    if args.restricted {
        return Options::default();
    }
    let marker = launcher::tour_marker();
    let is_new_user = marker.as_ref().is_some_and(|path| !path.exists());
    // A user who asks for a view or a job has something to do.
    let has_purpose = args.view.is_some() || args.filter.is_some() || args.job.is_some();
    Options {
        launcher: launcher::launcher(context, settings),
        setup: setup::probes(context, settings),
        connector: Some(attach::connector(context, target.clone(), args.read_only)),
        profiles: attach::profiles(context),
        tour: is_new_user && !has_purpose,
        tour_marker: marker,
        ..Options::default()
    }
}

fn report_running(observatory: &LeftRunning, context: &Context) {
    let (pid, data_dir) = (observatory.pid, observatory.data_dir.display().to_string());
    let text = match observatory.target {
        LaunchTarget::Process => format!(
            "The observatory keeps running as process {pid}, with its data in {}. `odd-dashboard down` stops it.",
            inert(&data_dir)
        ),
        LaunchTarget::Cluster => format!(
            "The process {pid} keeps running: it starts the cluster, and forwards it to this machine until it gets SIGTERM. `odd-dashboard cluster down` deletes the cluster."
        ),
    };
    context.printer.note(&text);
    if let Some((started, token_file)) = token_file(observatory) {
        let (gateway, read_model) = (&started.gateway, &started.read_model);
        context.printer.note(&format!(
            "To connect to it again: odd-dashboard --gateway-url {gateway} --read-model-url {read_model} --token-file {}",
            inert(&token_file)
        ));
    }
}

fn token_file(observatory: &LeftRunning) -> Option<(&Started, String)> {
    let started = observatory.started.as_ref()?;
    let path = started.token_file.as_ref()?.display().to_string();
    Some((started, path))
}

impl Args {
    /// Adds the options of the command line and of the file: a flag overrides the file. Without colours on the command line or
    /// in the environment, only a flag can select a theme that has some.
    fn options(
        self,
        local: Options,
        job: Option<JobId>,
        file: TuiSettings,
        has_colour: bool,
    ) -> Options {
        let from_file = file.theme.filter(|_| has_colour);
        let colours = match (self.theme, from_file) {
            (Some(theme), _) => theme.colours(),
            (None, Some(colours)) => colours,
            (None, None) => terminal_colours(has_colour),
        };
        Options {
            view: self.view.unwrap_or(local.view),
            filter: self
                .filter
                .map_or_else(String::new, |filter| filter.to_string()),
            colours,
            job,
            ascii: self.ascii || file.ascii.unwrap_or(local.ascii),
            motion: !self.no_motion && file.motion.unwrap_or(local.motion),
            mouse: self.mouse || file.mouse.unwrap_or(local.mouse),
            keymap: file.keymap,
            commands: match self.restricted {
                true => Vec::new(),
                false => file.commands,
            },
            read_only: self.read_only,
            restricted: self.restricted,
            zone: jiff::tz::TimeZone::system(),
            ..local
        }
    }
}

impl Theme {
    fn colours(self) -> Colours {
        match self {
            Self::Dark => Colours::Dark,
            Self::Light => Colours::Light,
            Self::Sixteen => Colours::Sixteen,
            Self::None => Colours::None,
        }
    }
}

/// Returns the colours that suit the terminal of the process.
fn terminal_colours(has_colour: bool) -> Colours {
    let value = |name| std::env::var(name).unwrap_or_default();
    Colours::of_terminal(&TerminalColours {
        is_disabled: !has_colour,
        term: value("TERM"),
        colorterm: value("COLORTERM"),
        colorfgbg: value("COLORFGBG"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(theme: Option<Theme>) -> Args {
        Args {
            view: None,
            filter: None,
            job: None,
            theme,
            ascii: false,
            no_motion: true,
            mouse: false,
            read_only: false,
            restricted: false,
        }
    }

    fn file() -> TuiSettings {
        TuiSettings {
            theme: Some(Colours::Light),
            ascii: Some(true),
            motion: Some(true),
            ..TuiSettings::default()
        }
    }

    #[test]
    fn flag_overrides_the_file() {
        let options = args(None).options(Options::default(), None, file(), true);
        assert_eq!(options.colours, Colours::Light);
        assert!(options.ascii && !options.motion && !options.mouse);
        let options = args(Some(Theme::Dark)).options(Options::default(), None, file(), true);
        assert_eq!(options.colours, Colours::Dark);
    }

    #[test]
    fn without_colours_only_a_flag_selects_a_theme() {
        assert_eq!(
            args(None)
                .options(Options::default(), None, file(), false)
                .colours,
            Colours::None
        );
        let options = args(Some(Theme::Sixteen)).options(Options::default(), None, file(), false);
        assert_eq!(options.colours, Colours::Sixteen);
    }
}
