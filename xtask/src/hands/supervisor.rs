use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::Instant;

use anyhow::{Context, bail};
use odd_private_servers::{Engine, Server};
use rustix::process::Signal;
use serde_json::{Value, json};

use super::request::{LinkAct, Request, RoleAct, ServerAct};
use crate::cluster::{Cluster, RoleProcess};

/// A cluster whose roles are started again when they end.
pub(super) struct Supervisor {
    cluster: Cluster,
    /// Roles that stay away until they are asked for.
    removed: Vec<bool>,
    /// Roles that ended without having been asked to.
    ended: Vec<Value>,
}

impl Supervisor {
    pub(super) fn of(cluster: Cluster) -> Self {
        Self {
            removed: vec![false; cluster.roles.len()],
            ended: Vec::new(),
            cluster,
        }
    }

    /// Starts what has ended.
    pub(super) fn look_after(&mut self) -> anyhow::Result<()> {
        for (number, role) in self.cluster.roles.iter_mut().enumerate() {
            if self.removed[number] {
                continue;
            }
            if let Some(status) = role.status()? {
                self.ended.push(how(number, role.role(), status));
                role.start_again()?;
            }
        }
        Ok(())
    }

    pub(super) fn describe(&self) -> Value {
        let role = |(number, role): (usize, &RoleProcess)| {
            json!({
                "number": number, "role": role.role(), "url": role.url(), "pid": role.pid(), "log": role.log(),
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

    pub(super) fn obey(&mut self, request: Request) -> anyhow::Result<Value> {
        match request {
            Request::Start { .. } | Request::Stop => bail!("not while the cluster runs"),
            Request::Describe => Ok(self.describe()),
            Request::Role { number, act } => self.role(number, &act),
            Request::Server { name, act } => self.server(&name, &act),
            Request::Link { role, server, act } => {
                let links = self.cluster.links.get_mut(role);
                let link = links.context("there is no such role")?.to(&server)?;
                match act {
                    LinkAct::Cut => link.cut(),
                    LinkAct::Stall => link.stall(),
                    LinkAct::Heal => link.heal()?,
                }
                Ok(Value::Null)
            }
            Request::Queues => self.queues(),
        }
    }

    /// Drains every role, and says how each ended.
    pub(super) fn stop(mut self) -> anyhow::Result<Value> {
        let roles = &mut self.cluster.roles;
        roles.iter_mut().for_each(RoleProcess::terminate);
        let ends = roles.iter_mut().enumerate().map(|(number, role)| {
            let status = role.await_status()?;
            Ok(how(number, role.role(), status))
        });
        Ok(Value::Array(ends.collect::<anyhow::Result<_>>()?))
    }

    fn role(&mut self, number: usize, act: &RoleAct) -> anyhow::Result<Value> {
        let role = self.cluster.roles.get_mut(number);
        let role = role.context("there is no such role")?;
        match act {
            RoleAct::Kill => {
                role.kill()?;
                role.start_again()?;
            }
            RoleAct::Remove => {
                self.removed[number] = true;
                role.kill()?;
            }
            RoleAct::Start => {
                self.removed[number] = false;
                role.start_again()?;
            }
            RoleAct::Pause => role.signal(Signal::STOP),
            RoleAct::Resume => role.signal(Signal::CONT),
            RoleAct::Terminate => {
                let asked = Instant::now();
                role.terminate();
                let status = role.await_status()?;
                let seconds = asked.elapsed().as_secs_f64();
                role.start_again()?;
                let mut end = how(number, role.role(), status);
                end["seconds"] = json!(seconds);
                return Ok(end);
            }
        }
        Ok(Value::Null)
    }

    fn server(&mut self, name: &str, act: &ServerAct) -> anyhow::Result<Value> {
        let backends = &mut self.cluster.backends;
        match (name, act) {
            ("rabbitmq", ServerAct::RaiseAlarm) => backends.rabbitmq.raise_disk_alarm()?,
            ("rabbitmq", ServerAct::ClearAlarm) => backends.rabbitmq.clear_disk_alarm()?,
            ("postgres", act) => break_server(&mut backends.postgres, act)?,
            ("rabbitmq", act) => break_server(&mut backends.rabbitmq, act)?,
            ("redis", act) => break_server(&mut backends.redis, act)?,
            ("mongo", act) => {
                let mongo = backends.mongo.as_mut();
                break_server(mongo.context("there is no archive")?, act)?;
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

fn break_server<E: Engine>(server: &mut Server<E>, act: &ServerAct) -> anyhow::Result<()> {
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

fn how(number: usize, role: &str, status: ExitStatus) -> Value {
    json!({ "number": number, "role": role, "code": status.code(), "signal": status.signal() })
}
