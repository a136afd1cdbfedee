//! RabbitMQ: one node with a private `epmd`, without plugins except the one that exports metrics, and with almost no CPU
//! use when idle.

mod epmd;
mod files;
mod node;
mod options;
mod paths;
mod plugin;
mod probe;
mod users;

use std::net::SocketAddr;

use rustix::process::Signal;

use crate::certificate::TlsListener;
use crate::identity::Identity;
use crate::port::Port;
use crate::process::{Invocation, Process, run};
use crate::server::{Engine, Server};
use crate::server_dir::{ServerDir, write_private};
use crate::{Error, Kind, programs};
use node::Node;

pub use options::RabbitMqOptions;
pub use users::{ADMINISTRATOR, TopicPermission, User};

/// A private RabbitMQ node.
///
/// There is no user `guest`: the URL is that of the administrator, and [`RabbitMq::url_for`] returns those of the other
/// users. The Erlang port mapper of the node runs until this value is dropped, even while the node is stopped.
pub type RabbitMq = Server<RabbitMqEngine>;

/// The RabbitMQ engine of a [`Server`].
#[derive(Debug)]
pub struct RabbitMqEngine {
    /// Users and their passwords. The administrator is the first.
    users: Vec<(User, String)>,
    node: Node,
    tls: Option<TlsListener>,
    /// Where metrics are exported, if the installation contains the plugin.
    metrics: Option<Port>,
    epmd: Option<Process>,
}

impl Engine for RabbitMqEngine {
    type Options = RabbitMqOptions;
    const KIND: Kind = Kind::RabbitMq;
    const STOP: Signal = Signal::TERM;

    fn prepare(dir: &ServerDir, mut options: RabbitMqOptions) -> Result<Self, Error> {
        let mut identity = Identity::load(dir)?;
        let users = std::iter::once(User::administrator())
            .chain(options.users.iter().cloned())
            .map(|user| Ok((user.clone(), identity.secret(&user.name)?)))
            .collect::<Result<Vec<_>, Error>>()?;
        let node = Node {
            programs: programs::rabbitmq()?,
            port: identity.port("port")?,
            distribution_port: identity.port("distribution_port")?,
            epmd_port: identity.port("epmd_port")?,
        };
        let certificate = options.certificate.as_ref();
        let tls = certificate.map(|pair| TlsListener::open(&mut identity, dir, pair));
        let tls = tls.transpose()?;
        options.settings.extend(tls.iter().flat_map(files::tls));
        let metrics = plugin::is_installed(&node.programs).then(|| identity.port("metrics_port"));
        let metrics = metrics.transpose()?;
        let address = metrics.as_ref().map(Port::address);
        options
            .settings
            .extend(address.into_iter().flat_map(plugin::settings));
        write_private(&paths::plugins(dir), &plugin::enabled(address))?;
        files::write(dir, &node, &options, &users, &identity.secret("cookie")?)?;
        identity.save()?;
        Ok(Self {
            users,
            node,
            tls,
            metrics,
            epmd: None,
        })
    }

    fn launch(&mut self, dir: &ServerDir) -> Result<Process, Error> {
        if self.epmd.as_mut().is_none_or(|epmd| epmd.ended().is_some()) {
            self.epmd = Some(epmd::start(&self.node, dir)?);
        }
        Process::start(self.node.server(dir), &dir.log())
    }

    fn is_ready(&self) -> bool {
        let (user, password) = &self.users[0];
        probe::accepts_login(self.node.port.address(), &user.name, password)
    }

    fn address(&self) -> SocketAddr {
        let tls = self.tls.as_ref().map(|tls| &tls.port);
        tls.unwrap_or(&self.node.port).address()
    }

    fn url_at(&self, address: SocketAddr) -> String {
        let (user, password) = &self.users[0];
        self.url(user, password, address)
    }
}

impl RabbitMq {
    /// Returns the URL of a user, or `None` if the user does not exist.
    pub fn url_for(&self, user: &str) -> Option<String> {
        self.url_for_at(user, self.address())
    }

    /// Returns the URL of a user that connects through another address, such as that of a [`crate::FaultProxy`].
    pub fn url_for_at(&self, user: &str, address: SocketAddr) -> Option<String> {
        let mut users = self.engine().users.iter();
        let (user, password) = users.find(|(other, _)| other.name == user)?;
        Some(self.engine().url(user, password, address))
    }

    /// Returns the address of the metrics in the format of Prometheus, at the path `/metrics`. `None` if this installation
    /// of RabbitMQ lacks the plugin `rabbitmq_prometheus`, which it usually contains.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.engine().metrics.as_ref().map(Port::address)
    }

    /// Returns the URL of the metrics: see [`Self::metrics_address`].
    pub fn metrics_url(&self) -> Option<String> {
        let address = self.metrics_address()?;
        Some(format!("http://{address}/metrics"))
    }

    /// Runs `rabbitmqctl` for this node and returns its output. It takes about a second.
    ///
    /// # Errors
    /// [`Error::Program`] with its output if it fails.
    pub fn ctl(&self, arguments: &[&str]) -> Result<String, Error> {
        let rabbitmqctl = Invocation::new("rabbitmqctl");
        let mut command = self.engine().node.control(self.dir());
        command.args(arguments);
        run(&rabbitmqctl, command)
    }

    /// Adds a virtual host in which the users have the same permissions. Tests get a separate broker in one second instead
    /// of five. Its URLs are those of the node with the name after the last slash.
    ///
    /// # Errors
    /// As for [`Self::ctl`].
    pub fn add_virtual_host(&self, name: &str) -> Result<(), Error> {
        let file = self.dir().path().join(format!("host-{name}.json"));
        let definitions = users::definitions(&self.engine().users, name);
        write_private(&file, &definitions.to_string())?;
        self.ctl(&["import_definitions", &file.to_string_lossy()])
            .map(drop)
    }

    /// Writes the list of quorum queues to disk. RabbitMQ itself does so about a second after a declaration. A node that is
    /// killed before that restarts with a queue that has no leader, and its messages, even confirmed ones, are unavailable
    /// (observed with version 3.10.8). A test that declares a queue and kills the node calls this in between, unless it
    /// tests this defect.
    ///
    /// # Errors
    /// As for [`Self::ctl`].
    pub fn sync_quorum_queues(&self) -> Result<(), Error> {
        self.ctl(&["eval", "[ok = dets:sync(Table) || Table <- dets:all()]."])
            .map(drop)
    }

    /// Raises the disk alarm of the node: it accepts no messages until [`Self::clear_disk_alarm`] or a restart.
    ///
    /// # Errors
    /// As for [`Self::ctl`].
    pub fn raise_disk_alarm(&self) -> Result<(), Error> {
        self.ctl(&["set_disk_free_limit", files::NEVER_FREE])
            .map(drop)
    }

    /// Ends the alarm of [`Self::raise_disk_alarm`].
    ///
    /// # Errors
    /// As for [`Self::ctl`].
    pub fn clear_disk_alarm(&self) -> Result<(), Error> {
        self.ctl(&["set_disk_free_limit", files::DISK_FREE_LIMIT])
            .map(drop)
    }
}

impl RabbitMqEngine {
    /// Returns a URL with the virtual host `/`, percent-encoded as AMQP URLs require.
    fn url(&self, user: &User, password: &str, address: SocketAddr) -> String {
        let scheme = if self.tls.is_some() { "amqps" } else { "amqp" };
        format!("{scheme}://{}:{password}@{address}/%2f", user.name)
    }
}
