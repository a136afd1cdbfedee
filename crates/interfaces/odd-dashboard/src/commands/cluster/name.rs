use odd_deploy::{Cluster, DEFAULT_NAME};

use crate::context::Context;
use crate::failure::Failure;
use crate::settings;

/// The cluster that a command is about.
#[derive(Debug, clap::Args)]
pub(super) struct Name {
    /// Name of the cluster
    #[arg(long, value_name = "NAME", default_value = DEFAULT_NAME, value_parser = parse_name)]
    pub(super) name: String,
}

impl Name {
    /// Finds the programs that control the cluster. Its files are in the data directory.
    pub(super) async fn find(&self, context: &Context) -> Result<Cluster, Failure> {
        let data_dir = settings::data_dir(&context.sources, None)?;
        let dir = std::path::absolute(data_dir.join("kubernetes").join(&self.name))?;
        Ok(Cluster::find(&self.name, &dir).await?)
    }
}

/// A name is also that of a directory.
fn parse_name(name: &str) -> Result<String, String> {
    let is_allowed = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    match name.starts_with(|it: char| it != '-') && name.chars().all(is_allowed) && name.len() <= 40
    {
        true => Ok(name.to_owned()),
        false => Err("must have up to 40 lower-case letters, digits and hyphens".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_directories_in_the_data_directory() {
        for (name, is_allowed) in [
            ("observatory-2", true),
            ("", false),
            ("..", false),
            ("a/b", false),
            ("-a", false),
        ] {
            assert_eq!(parse_name(name).is_ok(), is_allowed, "{name}");
        }
    }
}
