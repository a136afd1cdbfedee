use clap_complete::Shell;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

const EXAMPLES: &str =
    "  odd-dashboard completions bash > ~/.local/share/bash-completion/completions/odd-dashboard
  odd-dashboard completions zsh > ~/.zfunc/_odd-dashboard
  odd-dashboard completions fish > ~/.config/fish/completions/odd-dashboard.fish";

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: Args, mut root: clap::Command, context: &Context) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut root, "odd-dashboard", &mut script);
    context.printer.data(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Ok)
}
