use clap_complete::Shell;
use clap_complete::env::Shells;

use crate::completion::VARIABLE;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

const EXAMPLES: &str =
    "  odd-dashboard completions bash > ~/.local/share/bash-completion/completions/odd-dashboard
  echo 'source <(odd-dashboard completions zsh)' >> ~/.zshrc
  odd-dashboard completions fish > ~/.config/fish/completions/odd-dashboard.fish
  odd-dashboard completions powershell >> $PROFILE";

const NAME: &str = "odd-dashboard";

/// Print the script that makes a shell complete commands, options, ids and names
///
/// The shell runs `odd-dashboard`, which has to be on the PATH, for each completion. It completes ids of jobs and alerts, job
/// types and queues if the observatory answers within 0.3 s, and profiles of the configuration file.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    let shells = Shells::builtins();
    let shell = shells.completer(&args.shell.to_string());
    let shell = shell.expect("both lists of shells are the same");
    let mut script = Vec::new();
    shell.write_registration(VARIABLE, NAME, NAME, NAME, &mut script)?;
    context.printer.data(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Ok)
}
