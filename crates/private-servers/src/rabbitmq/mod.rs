//! RabbitMQ: one node with a private `epmd`, without plugins, that burns nothing while it is idle.

mod epmd;
mod files;
mod node;
mod probe;
mod users;

use std::net::SocketAddr;
use std::time::Duration;

use rustix::process::Signal;

use crate::authority::Certificate;
use crate::identity::Identity;
use crate::place::{Room, write_private};
use crate::port::Port;
use crate::process::{Once, Process, run};
use crate::server::{Engine, Server};
use crate::{Error, Kind, programs};
use node::Node;

pub use users::{ADMINISTRATOR, TopicPermission, User};

/// A private RabbitMQ node.
///
/// There is no guest: the URL is the administrator's, [`RabbitMq::url_for`] tells those of the other users. The
/// Erlang port mapper that belongs to it lives and ends with this value, also while the node is stopped.
pub type RabbitMq = Server<RabbitMqEngine>;

/// What [`RabbitMq`] may be given.
#[derive(Debug, Clone)]
pub struct RabbitMqOptions {
    /// Who may connect, besides [`ADMINISTRATOR`]. They are made or brought up to date at every start.
    pub users: Vec<User>,
    /// Further settings, as in `rabbitmq.conf`.
    pub settings: Vec<(String, String)>,
    /// Switches TLS on; the URLs are those of another port then.
    pub certificate: Option<Certificate>,
}

impl Default for RabbitMqOptions {
    /// The users of [`User::services`].
    fn default() -> Self {
        Self {
            users: User::services(),
            settings: Vec::new(),
            certificate: None,
        }
    }
}

/// What makes a [`Server`] a RabbitMQ node.
#[derive(Debug)]
pub struct RabbitMqEngine {
    /// With their passwords; the administrator is the first.
    users: Vec<(User, String)>,
    node: Node,
    tls_port: Option<Port>,
    epmd: Option<Process>,
}

impl Engine for RabbitMqEngine {
    type Options = RabbitMqOptions;
    const KIND: Kind = Kind::RabbitMq;
    const STOP: Signal = Signal::TERM;

    fn prepare(room: &Room, mut options: RabbitMqOptions) -> Result<Self, Error> {
        let mut identity = Identity::load(room)?;
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
        let tls_port = match options.certificate.take() {
            None => None,
            Some(certificate) => {
                let port = identity.port("tls_port")?;
                let files = certificate.write(room.path())?;
                options.settings.extend(files::tls(port.address(), &files));
                Some(port)
            }
        };
        files::write(room, &node, &options, &users, &identity.secret("cookie")?)?;
        identity.save()?;
        Ok(Self {
            users,
            node,
            tls_port,
            epmd: None,
        })
    }

    fn launch(&mut self, room: &Room) -> Result<Process, Error> {
        if self.epmd.as_mut().is_none_or(|epmd| epmd.ended().is_some()) {
            self.epmd = Some(epmd::start(&self.node, room)?);
        }
        Process::start(self.node.server(room), &room.log())
    }

    fn is_ready(&self) -> bool {
        let (user, password) = &self.users[0];
        probe::lets_in(self.node.port.address(), &user.name, password)
    }

    fn address(&self) -> SocketAddr {
        self.tls_port.as_ref().unwrap_or(&self.node.port).address()
    }

    fn url_at(&self, address: SocketAddr) -> String {
        let (user, password) = &self.users[0];
        self.url(user, password, address)
    }
}

impl RabbitMq {
    /// The URL of one of its users, or `None` when there is no such user.
    pub fn url_for(&self, user: &str) -> Option<String> {
        self.url_for_at(user, self.address())
    }

    /// Like [`Self::url_for`], through another address, as of a [`crate::Link`] to this node.
    pub fn url_for_at(&self, user: &str, address: SocketAddr) -> Option<String> {
        let mut users = self.engine().users.iter();
        let (user, password) = users.find(|(known, _)| known.name == user)?;
        Some(self.engine().url(user, password, address))
    }

    /// Runs `rabbitmqctl` against the node and returns what it printed. It takes about a second.
    ///
    /// # Errors
    /// [`Error::Program`] with what it printed when it fails.
    pub fn ctl(&self, arguments: &[&str]) -> Result<String, Error> {
        let rabbitmqctl = Once::new("rabbitmqctl");
        let mut command = self.engine().node.control(self.room());
        command.args(arguments);
        run(&rabbitmqctl, command)
    }

    /// Makes a virtual host where the users have the same permissions: a broker of one's own, in a second instead of
    /// five. Its URLs are those of the node with the name after the last slash.
    ///
    /// # Errors
    /// As for [`Self::ctl`].
    pub fn add_virtual_host(&self, name: &str) -> Result<(), Error> {
        let file = self.room().path().join(format!("host-{name}.json"));
        let definitions = users::definitions(&self.engine().users, name);
        write_private(&file, &definitions.to_string())?;
        self.ctl(&["import_definitions", &file.to_string_lossy()])
            .map(drop)
    }

    /// Writes to disk which quorum queues there are. RabbitMQ itself does so a moment after a declaration. A node that
    /// is killed before comes back with the queue but without a leader for it, and what the queue held, confirmed or not,
    /// is out of reach; version 3.10.8 does this when it is killed at once, and no longer a second later. A test that
    /// declares a queue and kills the node calls this in between, unless this is what it wants to see.
    ///
    /// # Errors
    /// As for [`Self::ctl`].
    pub fn sync_quorum_queues(&self) -> Result<(), Error> {
        self.ctl(&["eval", "[ok = dets:sync(Table) || Table <- dets:all()]."])
            .map(drop)
    }

    /// Makes the node believe that its disk is full: it takes nothing from publishers until
    /// [`Self::clear_disk_alarm`], or until it is started again.
    ///
    /// # Errors
    /// As for [`Self::ctl`].
    pub fn raise_disk_alarm(&self) -> Result<(), Error> {
        self.ctl(&["set_disk_free_limit", files::NEVER_FREE])
            .map(drop)
    }

    /// Ends what [`Self::raise_disk_alarm`] began.
    ///
    /// # Errors
    /// As for [`Self::ctl`].
    pub fn clear_disk_alarm(&self) -> Result<(), Error> {
        self.ctl(&["set_disk_free_limit", files::DISK_FREE_LIMIT])
            .map(drop)
    }
}

impl RabbitMqEngine {
    /// Host `/`, percent-encoded as URLs of AMQP want it.
    fn url(&self, user: &User, password: &str, address: SocketAddr) -> String {
        let scheme = if self.tls_port.is_some() {
            "amqps"
        } else {
            "amqp"
        };
        format!("{scheme}://{}:{password}@{address}/%2f", user.name)
    }
}

/// How long the port mapper may take to listen.
const EPMD_LIMIT: Duration = Duration::from_secs(30);
