use std::path::{Path, PathBuf};

use super::{entries, in_folder, in_path};

/// The scripts as RabbitMQ ships them. The ones that Debian and Fedora put into the search path change the user and
/// lose the environment, so the folder behind them comes first.
const FOLDERS: [&str; 4] = [
    "/usr/lib/rabbitmq/bin",
    "/opt/homebrew/opt/rabbitmq/sbin",
    "/usr/local/opt/rabbitmq/sbin",
    "/usr/local/sbin",
];

/// The folder with `rabbitmq-server` and `rabbitmqctl`.
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

/// The port mapper that comes with Erlang.
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
