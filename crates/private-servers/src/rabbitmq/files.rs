use std::fmt::Write as _;
use std::fs;

use super::node::Node;
use super::options::RabbitMqOptions;
use super::paths;
use super::users::{HOST, User, definitions};
use crate::Error;
use crate::certificate::TlsListener;
use crate::server_dir::{ServerDir, write_private};

/// Low enough for small machines.
pub(super) const DISK_FREE_LIMIT: &str = "50MB";
/// More than the size of any disk.
pub(super) const NEVER_FREE: &str = "1000000000GB";
/// Above it, RabbitMQ blocks publishers. An idle node uses about a tenth of it.
const MEMORY_LIMIT: &str = "1GiB";

/// Writes the files that the node reads at start, readable by its user only: Erlang rejects a cookie that others can
/// read.
pub(super) fn write(
    dir: &ServerDir,
    node: &Node,
    options: &RabbitMqOptions,
    users: &[(User, String)],
    cookie: &str,
) -> Result<(), Error> {
    let home = paths::home(dir);
    fs::create_dir_all(&home).map_err(Error::io("create the home folder of the node"))?;
    write_private(&home.join(".erlang.cookie"), cookie)?;
    let definitions_file = dir.path().join("definitions.json");
    write_private(&definitions_file, &definitions(users, HOST).to_string())?;
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
        definitions_file.display(),
    );
    for (name, value) in &options.settings {
        writeln!(text, "{name} = {value}").expect("writing to a string cannot fail");
    }
    write_private(&paths::configuration(dir), &text)
}

/// Returns the settings that make a node listen for TLS too.
pub(super) fn tls(TlsListener { port, files }: &TlsListener) -> [(String, String); 4] {
    let path = |path: &std::path::Path| path.display().to_string();
    [
        ("listeners.ssl.1".into(), port.address().to_string()),
        ("ssl_options.certfile".into(), path(&files.certificate)),
        ("ssl_options.keyfile".into(), path(&files.key)),
        ("ssl_options.verify".into(), "verify_none".into()),
    ]
}
