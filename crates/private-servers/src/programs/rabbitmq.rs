use std::path::{Path, PathBuf};

use crate::search_path::{entries, in_folder, in_path};

/// Folders with the scripts of RabbitMQ itself. They take precedence over the wrappers that Debian and Fedora install in
/// `PATH`, which change the user and drop the environment.
const FOLDERS: [&str; 4] = [
    "/usr/lib/rabbitmq/bin",
    "/opt/homebrew/opt/rabbitmq/sbin",
    "/usr/local/opt/rabbitmq/sbin",
    "/usr/local/sbin",
];

/// Returns the folder with `rabbitmq-server` and `rabbitmqctl`.
pub(super) fn find() -> Option<PathBuf> {
    let shipped = FOLDERS.iter().map(PathBuf::from);
    let in_path = in_path("rabbitmq-server").and_then(|program| Some(program.parent()?.to_owned()));
    shipped.chain(in_path).find(|folder| is_complete(folder))
}

fn is_complete(folder: &Path) -> bool {
    let programs = ["rabbitmq-server", "rabbitmqctl"];
    programs
        .iter()
        .all(|program| in_folder(folder, program).is_some())
}

/// Returns the path of the port mapper that Erlang installs.
pub(super) fn find_epmd() -> Option<PathBuf> {
    in_path("epmd").or_else(|| {
        [
            "/usr/lib/erlang",
            "/usr/lib64/erlang",
            "/opt/homebrew/lib/erlang",
        ]
        .into_iter()
        .flat_map(entries)
        .find_map(|folder| in_folder(&folder.join("bin"), "epmd"))
    })
}
