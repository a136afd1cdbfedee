use std::path::{Path, PathBuf};

use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::SETTINGS;

const EXAMPLES: &str = "  odd-dashboard man | man -l -                  read the main page
  odd-dashboard man jobs list | man -l -        read the page of a command
  odd-dashboard man --dir /usr/share/man/man1   install one page per command";

/// Print the manual page of a command, or write the pages of all commands
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// The command, such as `jobs list`; the main page without it
    #[arg(conflicts_with = "dir")]
    command: Vec<String>,
    /// Write one page per command into this directory, which is created if it is missing
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(crate) fn run(args: Args, mut root: clap::Command, context: &Context) -> Result<Exit, Failure> {
    root.build();
    match args.dir {
        Some(dir) => std::fs::create_dir_all(&dir)
            .and_then(|()| write_pages(&root, &dir))
            .map_err(|error| {
                Failure::failed(format!("cannot write to {}", dir.display())).cause(error)
            })?,
        None => {
            let page = page(find(&root, &args.command)?)?;
            context.printer.data(&String::from_utf8_lossy(&page))?;
        }
    }
    Ok(Exit::Ok)
}

/// Returns the command that the names lead to.
fn find<'c>(root: &'c clap::Command, names: &[String]) -> Result<&'c clap::Command, Failure> {
    names.iter().try_fold(root, |command, name| {
        let found = command.find_subcommand(name);
        found.ok_or_else(|| {
            let known = command.get_subcommands().map(clap::Command::get_name);
            let known: Vec<&str> = known.collect();
            let parent = command.get_bin_name().unwrap_or(command.get_name());
            let failure = Failure::usage(format!("`{parent}` has no command '{name}'"));
            match known.is_empty() {
                true => failure.hint(format!("see `{parent} --help`")),
                false => failure.hint(format!("its commands are: {}", known.join(", "))),
            }
        })
    })
}

fn write_pages(command: &clap::Command, dir: &Path) -> std::io::Result<()> {
    let name = Man::new(command.clone()).get_filename();
    std::fs::write(dir.join(name), page(command)?)?;
    command
        .get_subcommands()
        .try_for_each(|subcommand| write_pages(subcommand, dir))
}

/// Renders the page of one command, in the order of man-pages(7).
fn page(command: &clap::Command) -> std::io::Result<Vec<u8>> {
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    if command.get_version().is_some() {
        environment().to_writer(&mut page)?;
    }
    examples(command).to_writer(&mut page)?;
    if command.get_version().is_some() {
        man.render_version_section(&mut page)?;
    }
    Ok(page)
}

/// The variables belong to the root command, which is also the only one with a version.
fn environment() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["ENVIRONMENT"]);
    for setting in SETTINGS {
        roff.control("TP", []);
        roff.text([bold(setting.env)]);
        roff.text([roman(setting.description().replace('`', ""))]);
    }
    roff
}

/// The examples that `--help` shows, in lines as they are.
fn examples(command: &clap::Command) -> Roff {
    let mut roff = Roff::new();
    let examples = command.get_before_help().map(ToString::to_string);
    roff.control("SH", ["EXAMPLES"]);
    roff.control("nf", []);
    for line in examples.unwrap_or_default().lines() {
        roff.text([roman(line.trim_start())]);
    }
    roff.control("fi", []);
    roff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_shows_the_examples_of_the_command() {
        let command = clap::Command::new("odd-dashboard")
            .before_help("  odd-dashboard jobs\n  odd-dashboard jobs | wc -l");
        let page = String::from_utf8(page(&command).expect("rendered")).expect("text");
        assert!(
            page.contains(
                ".SH EXAMPLES\n.nf\nodd\\-dashboard jobs\nodd\\-dashboard jobs | wc \\-l\n.fi"
            ),
            "{page}"
        );
    }
}
