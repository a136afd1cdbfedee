use std::path::PathBuf;

use crate::failure::Failure;
use crate::role_name::RoleName;
use crate::settings::Sources;
use crate::settings::list::{
    MONGODB_URL, PLAINTEXT_HOSTS, POSTGRES_URL, RABBITMQ_URL, REDIS_URL, SERVICES, Setting,
    TLS_CA_FILE,
};
use crate::settings::{Server, ServerUrl};

/// The servers of a role of the distributed deployment.
#[derive(Clone)]
pub(crate) struct ClusterSettings {
    pub(crate) postgres_url: String,
    /// Present in every role.
    pub(crate) rabbitmq_url: Option<String>,
    /// Present in the read-model and the metrics-engine.
    pub(crate) redis_url: Option<String>,
    /// Present in a metrics-engine with an archive.
    pub(crate) mongodb_url: Option<String>,
    /// Certificate authorities in PEM format; `None` for those of the operating system.
    pub(crate) ca_file: Option<PathBuf>,
    /// Hosts that may be used without TLS.
    pub(crate) plaintext_hosts: Vec<String>,
    /// Names and URLs of the roles whose health the read-model checks.
    pub(crate) services: Vec<(String, String)>,
}

impl ClusterSettings {
    /// Reads the settings that `role` needs.
    ///
    /// # Errors
    /// When a setting is missing or malformed; the message names the variable.
    pub(crate) fn read(sources: &Sources, role: RoleName) -> Result<Self, Failure> {
        let has_views = matches!(role, RoleName::MetricsEngine | RoleName::ReadModel);
        let who = format!("the {}", role.as_str());
        let required = |setting| required(sources, &who, setting);
        let postgres_url = required(&POSTGRES_URL)?;
        let rabbitmq_url = Some(required(&RABBITMQ_URL)?);
        let redis_url = has_views.then(|| required(&REDIS_URL)).transpose()?;
        Ok(Self {
            rabbitmq_url,
            mongodb_url: optional(sources, &MONGODB_URL)?
                .filter(|_| role == RoleName::MetricsEngine),
            services: services(sources)?,
            ..Self::common(sources, postgres_url, redis_url)?
        })
    }

    /// Reads the settings of the servers that are configured; `None` without PostgreSQL, as for an embedded observatory.
    ///
    /// # Errors
    /// When a setting is malformed; the message names the variable.
    pub(crate) fn read_configured(sources: &Sources) -> Result<Option<Self>, Failure> {
        let Some(postgres_url) = optional(sources, &POSTGRES_URL)? else {
            return Ok(None);
        };
        let redis_url = optional(sources, &REDIS_URL)?;
        Ok(Some(Self {
            rabbitmq_url: optional(sources, &RABBITMQ_URL)?,
            ..Self::common(sources, postgres_url, redis_url)?
        }))
    }

    /// Reads the settings that `rebuild-views --cluster` needs.
    ///
    /// # Errors
    /// As for [`Self::read`].
    pub(crate) fn read_for_views(sources: &Sources) -> Result<Self, Failure> {
        let required = |setting| required(sources, "rebuilding the views of a cluster", setting);
        let postgres_url = required(&POSTGRES_URL)?;
        Self::common(sources, postgres_url, Some(required(&REDIS_URL)?))
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

    /// Returns the URLs of the servers that are configured.
    pub(crate) fn server_urls(&self) -> Vec<ServerUrl> {
        let urls = [
            (Server::Postgres, Some(&self.postgres_url)),
            (Server::RabbitMq, self.rabbitmq_url.as_ref()),
            (Server::Redis, self.redis_url.as_ref()),
            (Server::MongoDb, self.mongodb_url.as_ref()),
        ];
        let urls = urls.into_iter();
        let urls = urls.filter_map(|(server, url)| Some(ServerUrl::parse(server, url?)));
        urls.collect()
    }
}

fn required(sources: &Sources, who: &str, setting: &Setting) -> Result<String, Failure> {
    optional(sources, setting)?.ok_or_else(|| {
        Failure::usage(format!("{who} needs {}", setting.env)).hint(format!(
            "set {}: {}",
            setting.env,
            setting.description()
        ))
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

    /// Returns the error message of `role` with these variables.
    fn error(role: RoleName, variables: &[(&str, &str)]) -> String {
        let sources = Sources::of(variables);
        let failure = ClusterSettings::read(&sources, role).err();
        failure.expect("not valid").render(false)
    }

    const POSTGRES: (&str, &str) = ("ODD_POSTGRES_URL", "postgresql://a:b@h/d");
    const RABBITMQ: (&str, &str) = ("ODD_RABBITMQ_URL", "amqp://a:b@h");

    #[test]
    fn missing_variable_is_named() {
        assert!(error(RoleName::Gateway, &[]).contains("ODD_POSTGRES_URL"));
        assert!(error(RoleName::Gateway, &[POSTGRES]).contains("ODD_RABBITMQ_URL"));
        assert!(error(RoleName::ReadModel, &[POSTGRES, RABBITMQ]).contains("ODD_REDIS_URL"));
    }

    #[test]
    fn unknown_scheme_is_reported_without_the_secret() {
        let srv = ("ODD_RABBITMQ_URL", "amqp+srv://a:secret@h");
        let message = error(RoleName::Gateway, &[POSTGRES, srv]);
        let expected = "error: ODD_RABBITMQ_URL must begin with amqp:// or amqps://\n";
        assert_eq!(message, expected);
    }

    #[test]
    fn service_without_a_url_is_an_error() {
        let services = ("ODD_SERVICES", "gateway=127.0.0.1:3000");
        let message = error(RoleName::Gateway, &[POSTGRES, RABBITMQ, services]);
        assert!(message.contains("ODD_SERVICES"), "{message}");
    }

    #[test]
    fn roles_ignore_settings_of_other_roles() {
        let mongodb = ("ODD_MONGODB_URL", "mongodb://h/d");
        let sources = Sources::of(&[POSTGRES, RABBITMQ, mongodb]);
        let read = ClusterSettings::read(&sources, RoleName::Gateway);
        assert!(read.is_ok_and(|settings| settings.mongodb_url.is_none()));
    }
}
