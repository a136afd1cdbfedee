use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::RabbitMqOptions;
use super::node::Node;
use super::users::{HOST, User, definitions};
use crate::Error;
use crate::authority::CertificateFiles;
use crate::place::{Room, write_private};

/// Small, so that it starts on small machines.
pub(super) const DISK_FREE_LIMIT: &str = "50MB";
/// More than any disk has.
pub(super) const NEVER_FREE: &str = "1000000000GB";
/// From here on publishers are held back. An idle node takes about a tenth of it.
const MEMORY_LIMIT: &str = "1GiB";

/// The configuration in a room.
pub(super) fn configuration(room: &Room) -> PathBuf {
    room.path().join("rabbitmq.conf")
}

/// The list of plugins in a room, which is empty.
pub(super) fn plugins(room: &Room) -> PathBuf {
    room.path().join("enabled_plugins")
}

/// The home folder of the node's processes: where Erlang looks for the cookie, the password between nodes.
pub(super) fn home(room: &Room) -> PathBuf {
    room.path().join("home")
}

/// Writes what the node reads at its start, for its user only: Erlang refuses a cookie that others may read.
pub(super) fn write(
    room: &Room,
    node: &Node,
    options: &RabbitMqOptions,
    users: &[(User, String)],
    cookie: &str,
) -> Result<(), Error> {
    let home = home(room);
    fs::create_dir_all(&home).map_err(Error::io("make the home of the node"))?;
    write_private(&home.join(".erlang.cookie"), cookie)?;
    let loaded = room.path().join("definitions.json");
    write_private(&loaded, &definitions(users, HOST).to_string())?;
    write_private(&plugins(room), "[].\n")?;
    let mut text = format!(
        "listeners.tcp.1 = {}\n\
         load_definitions = {}\n\
         disk_free_limit.absolute = {DISK_FREE_LIMIT}\n\
         vm_memory_high_watermark.absolute = {MEMORY_LIMIT}\n\
         log.file = false\n\
         log.console = true\n\
         log.console.level = info\n\
         log.console.use_colors = off\n",
        node.port.address(),
        loaded.display(),
    );
    for (name, value) in &options.settings {
        writeln!(text, "{name} = {value}").expect("writing to a string cannot fail");
    }
    write_private(&configuration(room), &text)
}

/// What makes a node listen for TLS as well.
pub(super) fn tls(address: SocketAddr, files: &CertificateFiles) -> [(String, String); 4] {
    let path = |path: &std::path::Path| path.display().to_string();
    [
        ("listeners.ssl.1".into(), address.to_string()),
        ("ssl_options.certfile".into(), path(&files.certificate)),
        ("ssl_options.keyfile".into(), path(&files.key)),
        ("ssl_options.verify".into(), "verify_none".into()),
    ]
}
