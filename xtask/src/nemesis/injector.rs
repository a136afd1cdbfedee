use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::Instant;

use anyhow::{Context, bail};
use odd_private_servers::{Engine, Server};
use rustix::process::Signal;
use serde_json::{Value, json};

use super::request::{ProxyAct, Request, RoleAct, ServerAct};
use crate::cluster::{Cluster, RoleProcess, Versions};

/// A cluster into which faults are injected. Its roles are restarted when they end.
pub(super) struct Injector {
    cluster: Cluster,
    /// For each role: whether it stays down until [`RoleAct::Start`].
    removed: Vec<bool>,
    /// The exits of roles that this value did not cause.
    ended: Vec<Value>,
}

impl Injector {
    pub(super) fn new(cluster: Cluster) -> Self {
        Self {
            removed: vec![false; cluster.roles.len()],
            ended: Vec::new(),
            cluster,
        }
    }

    /// Restarts the roles that ended.
    pub(super) fn restart_ended_roles(&mut self) -> anyhow::Result<()> {
        for (number, role) in self.cluster.roles.iter_mut().enumerate() {
            if self.removed[number] {
                continue;
            }
            if let Some(status) = role.status()? {
                self.ended.push(exit(number, role.role(), status));
                role.restart()?;
            }
        }
        Ok(())
    }

    pub(super) fn describe(&self) -> Value {
        let role = |(number, role): (usize, &RoleProcess)| {
            json!({
                "number": number, "role": role.role(), "url": role.url(), "pid": role.pid(), "log": role.log(),
                "binary": role.binary(),
            })
        };
        let roles = self.cluster.roles.iter().enumerate();
        let backends = &self.cluster.backends;
        json!({
            "roles": roles.map(role).collect::<Vec<_>>(),
            "ended": self.ended,
            "postgres": backends.postgres.url(),
            "rabbitmq": backends.rabbitmq.url(),
            "redis": backends.redis.url(),
            "mongo": backends.mongo.as_ref().map(Server::url),
        })
    }

    pub(super) fn execute(
        &mut self,
        request: Request,
        versions: &Versions,
    ) -> anyhow::Result<Value> {
        match request {
            Request::Start { .. } | Request::Stop => bail!("the cluster is running already"),
            Request::Describe => Ok(self.describe()),
            Request::Role { number, act } => self.role(number, &act, versions),
            Request::Server { name, act } => self.server(&name, &act),
            Request::Proxy { role, server, act } => {
                let proxies = self.cluster.proxies.get_mut(role);
                let proxy = proxies.context("there is no such role")?.to(&server)?;
                match act {
                    ProxyAct::Cut => proxy.cut(),
                    ProxyAct::Stall => proxy.stall(),
                    ProxyAct::Heal => proxy.heal()?,
                }
                Ok(Value::Null)
            }
            Request::Queues => self.queues(),
        }
    }

    /// Drains every role and returns how each ended.
    pub(super) fn stop(mut self) -> anyhow::Result<Value> {
        let roles = &mut self.cluster.roles;
        roles.iter_mut().for_each(RoleProcess::terminate);
        let ends = roles.iter_mut().enumerate().map(|(number, role)| {
            let status = role.await_status()?;
            Ok(exit(number, role.role(), status))
        });
        Ok(Value::Array(ends.collect::<anyhow::Result<_>>()?))
    }

    fn role(&mut self, number: usize, act: &RoleAct, versions: &Versions) -> anyhow::Result<Value> {
        let role = self.cluster.roles.get_mut(number);
        let role = role.context("there is no such role")?;
        match act {
            RoleAct::Kill => {
                role.kill()?;
                role.restart()?;
            }
            RoleAct::Remove => {
                self.removed[number] = true;
                role.kill()?;
            }
            RoleAct::Start => {
                self.removed[number] = false;
                role.restart()?;
            }
            RoleAct::Pause => role.signal(Signal::STOP),
            RoleAct::Resume => role.signal(Signal::CONT),
            RoleAct::Terminate | RoleAct::Upgrade | RoleAct::Downgrade => {
                match act {
                    RoleAct::Upgrade => role.set_binary(&versions.newer),
                    RoleAct::Downgrade => role.set_binary(versions.oldest_with(role.role())?),
                    _ => {}
                }
                let requested = Instant::now();
                role.terminate();
                let status = role.await_status()?;
                let seconds = requested.elapsed().as_secs_f64();
                role.restart()?;
                let mut exit = exit(number, role.role(), status);
                exit["seconds"] = json!(seconds);
                return Ok(exit);
            }
        }
        Ok(Value::Null)
    }

    fn server(&mut self, name: &str, act: &ServerAct) -> anyhow::Result<Value> {
        let backends = &mut self.cluster.backends;
        match (name, act) {
            ("rabbitmq", ServerAct::RaiseAlarm) => backends.rabbitmq.raise_disk_alarm()?,
            ("rabbitmq", ServerAct::ClearAlarm) => backends.rabbitmq.clear_disk_alarm()?,
            ("postgres", act) => inject(&mut backends.postgres, act)?,
            ("rabbitmq", act) => inject(&mut backends.rabbitmq, act)?,
            ("redis", act) => inject(&mut backends.redis, act)?,
            ("mongo", act) => {
                let mongo = backends.mongo.as_mut();
                inject(mongo.context("there is no archive")?, act)?;
            }
            _ => bail!("there is no server {name}"),
        }
        Ok(Value::Null)
    }

    fn queues(&self) -> anyhow::Result<Value> {
        let columns = [
            "name",
            "messages",
            "messages_ready",
            "messages_unacknowledged",
            "consumers",
        ];
        let mut arguments = vec!["--quiet", "--formatter", "json", "list_queues"];
        arguments.extend(columns);
        let text = self.cluster.backends.rabbitmq.ctl(&arguments)?;
        serde_json::from_str(&text).with_context(|| format!("rabbitmqctl printed {text}"))
    }
}

fn inject<E: Engine>(server: &mut Server<E>, act: &ServerAct) -> anyhow::Result<()> {
    match act {
        ServerAct::Kill => server.kill()?,
        ServerAct::Stop => server.stop()?,
        ServerAct::Restart => server.restart()?,
        ServerAct::Wipe => server.wipe()?,
        ServerAct::Pause => server.pause()?,
        ServerAct::Resume => server.resume()?,
        ServerAct::RaiseAlarm | ServerAct::ClearAlarm => bail!("only RabbitMQ raises alarms"),
    }
    Ok(())
}

fn exit(number: usize, role: &str, status: ExitStatus) -> Value {
    json!({ "number": number, "role": role, "code": status.code(), "signal": status.signal() })
}
