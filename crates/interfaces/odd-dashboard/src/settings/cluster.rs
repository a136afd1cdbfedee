use crate::failure::Failure;
use crate::observatory::RoleName;
use crate::settings::Sources;
use crate::settings::list::{
    MONGODB_URL, POSTGRES_URL, RABBITMQ_URL, REDIS_URL, SERVICES, Setting,
};

/// Where a role of the distributed deployment finds what it stands on.
#[derive(Clone)]
pub(crate) struct ClusterSettings {
    pub(crate) postgres_url: String,
    pub(crate) rabbitmq_url: String,
    /// There where views are kept or read.
    pub(crate) redis_url: Option<String>,
    /// There where an archive is kept.
    pub(crate) mongodb_url: Option<String>,
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
        let redis_url = match has_views {
            true => Some(required(
                sources,
                role,
                &REDIS_URL,
                &["redis://", "rediss://"],
            )?),
            false => None,
        };
        Ok(Self {
            postgres_url: required(
                sources,
                role,
                &POSTGRES_URL,
                &["postgresql://", "postgres://"],
            )?,
            rabbitmq_url: required(sources, role, &RABBITMQ_URL, &["amqp://"])?,
            redis_url,
            mongodb_url: optional(sources, &MONGODB_URL, &["mongodb://"])?
                .filter(|_| role == RoleName::MetricsEngine),
            services: services(sources)?,
        })
    }
}

fn required(
    sources: &Sources,
    role: RoleName,
    setting: &Setting,
    schemes: &[&str],
) -> Result<String, Failure> {
    optional(sources, setting, schemes)?.ok_or_else(|| {
        Failure::usage(format!("the {} needs {}", role.as_str(), setting.env))
            .hint(format!("set {}: {}", setting.env, setting.meaning))
    })
}

fn optional(
    sources: &Sources,
    setting: &Setting,
    schemes: &[&str],
) -> Result<Option<String>, Failure> {
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
        let tls = ("ODD_RABBITMQ_URL", "amqps://a:secret@h");
        let said = refusal(RoleName::Gateway, &[POSTGRES, tls]);
        assert_eq!(said, "error: ODD_RABBITMQ_URL must begin with amqp://\n");
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
