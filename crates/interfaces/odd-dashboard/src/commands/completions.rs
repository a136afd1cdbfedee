use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::{Cli, TEMPLATE};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

const EXAMPLES: &str = "\
Examples:
  odd-dashboard completions bash > ~/.local/share/bash-completion/completions/odd-dashboard
  odd-dashboard completions zsh > ~/.zfunc/_odd-dashboard
  odd-dashboard completions fish > ~/.config/fish/completions/odd-dashboard.fish
";

/// Completion script for a shell
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = TEMPLATE)]
pub(crate) struct Args {
    /// Which shell
    shell: Shell,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut Cli::command(),
        "odd-dashboard",
        &mut script,
    );
    context.printer.data(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Ok)
}
