use std::path::PathBuf;

use crate::failure::Failure;
use crate::observatory::RoleName;
use crate::settings::Sources;
use crate::settings::list::{
    MONGODB_URL, PLAINTEXT_HOSTS, POSTGRES_URL, RABBITMQ_URL, REDIS_URL, SERVICES, Setting,
    TLS_CA_FILE,
};
use crate::settings::{Link, Server};

/// Where a role of the distributed deployment finds what it stands on.
#[derive(Clone)]
pub(crate) struct ClusterSettings {
    pub(crate) postgres_url: String,
    /// There where news is told or heard.
    pub(crate) rabbitmq_url: Option<String>,
    /// There where views are kept or read.
    pub(crate) redis_url: Option<String>,
    /// There where an archive is kept.
    pub(crate) mongodb_url: Option<String>,
    /// The authorities that vouch for servers, in PEM, unless the usual ones do.
    pub(crate) ca_file: Option<PathBuf>,
    /// Hosts that may be reached without TLS.
    pub(crate) plaintext_hosts: Vec<String>,
    /// Names and URLs of roles.
    pub(crate) services: Vec<(String, String)>,
}

impl ClusterSettings {
    /// What `role` needs.
    ///
    /// # Errors
    /// When something is missing or malformed; the message names the variable.
    pub(crate) fn read(sources: &Sources, role: RoleName) -> Result<Self, Failure> {
        let has_views = matches!(role, RoleName::MetricsEngine | RoleName::ReadModel);
        let who = format!("the {}", role.as_str());
        let needed = |setting| required(sources, &who, setting);
        let postgres_url = needed(&POSTGRES_URL)?;
        let rabbitmq_url = Some(needed(&RABBITMQ_URL)?);
        let redis_url = has_views.then(|| needed(&REDIS_URL)).transpose()?;
        Ok(Self {
            rabbitmq_url,
            mongodb_url: optional(sources, &MONGODB_URL)?
                .filter(|_| role == RoleName::MetricsEngine),
            services: services(sources)?,
            ..Self::common(sources, postgres_url, redis_url)?
        })
    }

    /// What it takes to make views anew.
    ///
    /// # Errors
    /// As for [`Self::read`].
    pub(crate) fn read_for_views(sources: &Sources) -> Result<Self, Failure> {
        let needed = |setting| required(sources, "making the views of a cluster anew", setting);
        let postgres_url = needed(&POSTGRES_URL)?;
        Self::common(sources, postgres_url, Some(needed(&REDIS_URL)?))
    }

    fn common(
        sources: &Sources,
        postgres_url: String,
        redis_url: Option<String>,
    ) -> Result<Self, Failure> {
        Ok(Self {
            postgres_url,
            rabbitmq_url: None,
            redis_url,
            mongodb_url: None,
            ca_file: sources.read(&TLS_CA_FILE, None, |text| Ok(PathBuf::from(text)))?,
            plaintext_hosts: sources
                .list(&PLAINTEXT_HOSTS)
                .map(|found| found.value)
                .unwrap_or_default(),
            services: Vec::new(),
        })
    }

    /// The ways to its servers.
    pub(crate) fn links(&self) -> Vec<Link> {
        let urls = [
            (Server::Postgres, Some(&self.postgres_url)),
            (Server::RabbitMq, self.rabbitmq_url.as_ref()),
            (Server::Redis, self.redis_url.as_ref()),
            (Server::MongoDb, self.mongodb_url.as_ref()),
        ];
        let links = urls.into_iter();
        let links = links.filter_map(|(server, url)| Some(Link::parse(server, url?)));
        links.collect()
    }
}

fn required(sources: &Sources, who: &str, setting: &Setting) -> Result<String, Failure> {
    optional(sources, setting)?.ok_or_else(|| {
        Failure::usage(format!("{who} needs {}", setting.env))
            .hint(format!("set {}: {}", setting.env, setting.meaning))
    })
}

fn optional(sources: &Sources, setting: &Setting) -> Result<Option<String>, Failure> {
    let schemes: &[&str] = match setting.env {
        name if name == POSTGRES_URL.env => &["postgresql://", "postgres://"],
        name if name == RABBITMQ_URL.env => &["amqp://", "amqps://"],
        name if name == REDIS_URL.env => &["redis://", "rediss://"],
        _ => &["mongodb://"],
    };
    sources.read(setting, None, |text| {
        let is_known = schemes.iter().any(|scheme| text.starts_with(scheme));
        match is_known {
            true => Ok(text.to_owned()),
            false => Err(format!("must begin with {}", schemes.join(" or "))),
        }
    })
}

fn services(sources: &Sources) -> Result<Vec<(String, String)>, Failure> {
    let Some(found) = sources.list(&SERVICES) else {
        return Ok(Vec::new());
    };
    let parse = |item: &String| {
        let (name, url) = item.split_once('=')?;
        let is_url = url.starts_with("http://") || url.starts_with("https://");
        (is_url && !name.is_empty()).then(|| (name.to_owned(), url.to_owned()))
    };
    let parsed: Option<Vec<_>> = found.value.iter().map(parse).collect();
    parsed.ok_or_else(|| {
        Failure::usage(format!(
            "each item of {} must be name=http://host:port",
            found.origin
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `role` says of these variables.
    fn refusal(role: RoleName, variables: &[(&str, &str)]) -> String {
        let sources = Sources::of(variables);
        let failure = ClusterSettings::read(&sources, role).err();
        failure.expect("refused").render(false)
    }

    const POSTGRES: (&str, &str) = ("ODD_POSTGRES_URL", "postgresql://a:b@h/d");
    const RABBITMQ: (&str, &str) = ("ODD_RABBITMQ_URL", "amqp://a:b@h");

    #[test]
    fn what_is_missing_is_named() {
        assert!(refusal(RoleName::Gateway, &[]).contains("ODD_POSTGRES_URL"));
        assert!(refusal(RoleName::Gateway, &[POSTGRES]).contains("ODD_RABBITMQ_URL"));
        assert!(refusal(RoleName::ReadModel, &[POSTGRES, RABBITMQ]).contains("ODD_REDIS_URL"));
    }

    #[test]
    fn a_scheme_that_is_not_spoken_is_refused_without_its_secret() {
        let srv = ("ODD_RABBITMQ_URL", "amqp+srv://a:secret@h");
        let said = refusal(RoleName::Gateway, &[POSTGRES, srv]);
        let expected = "error: ODD_RABBITMQ_URL must begin with amqp:// or amqps://\n";
        assert_eq!(said, expected);
    }

    #[test]
    fn an_item_of_services_that_is_no_url_is_refused() {
        let services = ("ODD_SERVICES", "gateway=127.0.0.1:3000");
        let said = refusal(RoleName::Gateway, &[POSTGRES, RABBITMQ, services]);
        assert!(said.contains("ODD_SERVICES"), "{said}");
    }

    #[test]
    fn roles_take_what_concerns_them() {
        let mongodb = ("ODD_MONGODB_URL", "mongodb://h/d");
        let sources = Sources::of(&[POSTGRES, RABBITMQ, mongodb]);
        let read = ClusterSettings::read(&sources, RoleName::Gateway);
        assert!(read.is_ok_and(|settings| settings.mongodb_url.is_none()));
    }
}
