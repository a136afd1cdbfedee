use std::path::PathBuf;

use odd_deploy::{Credentials, kubernetes_secrets};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

const EXAMPLES: &str = "  odd-dashboard secrets ./secrets
  odd-dashboard secrets ./secrets --kubernetes | kubectl apply --server-side -f -";

/// Generate the passwords, tokens and configuration files of a deployment in containers
///
/// DIR keeps them: a second call changes no password, and adds those that a newer version needs. Every other file is derived
/// from passwords.toml in it. Only its owner can enter the directory.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct Args {
    /// Directory of the files
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Also print them as Secrets of Kubernetes, in JSON
    #[arg(long)]
    kubernetes: bool,
    /// Namespace of the Secrets
    #[arg(
        long,
        value_name = "NAME",
        default_value = "observatory",
        requires = "kubernetes"
    )]
    namespace: String,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    let credentials = Credentials::open(&args.dir)?;
    if args.kubernetes {
        let secrets = kubernetes_secrets(&credentials, &args.namespace);
        context.printer.json(&secrets)?;
    }
    context.printer.note(&format!(
        "the passwords are in {}; keep a copy of it",
        args.dir.join("passwords.toml").display()
    ));
    Ok(Exit::Ok)
}
