use super::*;
use crate::settings::client::{ClientSettings, Endpoints};
use crate::settings::list::{
    GATEWAY_ADDR, GATEWAY_URL, PROCESS_RUN_ALLOW, READ_MODEL_URL, TOKEN, TOKEN_FILE,
    WORKER_CONCURRENCY,
};
use crate::settings::sections::Sections;

#[test]
fn flag_overrides_environment_and_environment_overrides_file() {
    let sources = Sources {
        env: BTreeMap::from([("ODD_GATEWAY_ADDR".to_owned(), "env".to_owned())]),
        file: Some(File {
            path: "x.toml".into(),
            values: BTreeMap::from([
                ("gateway.addr", "file".to_owned()),
                ("processor.concurrency", "3".to_owned()),
            ]),
            sections: Sections::default(),
        }),
        profile: None,
    };
    let read = |flag: Option<&str>| {
        sources
            .read(&GATEWAY_ADDR, flag.map(str::to_owned), |text| {
                Ok(text.to_owned())
            })
            .expect("valid")
    };
    assert_eq!(read(Some("flag")).as_deref(), Some("flag"));
    assert_eq!(read(None).as_deref(), Some("env"));
    let found = sources.find(&WORKER_CONCURRENCY).expect("in the file");
    assert_eq!(
        (found.value.as_str(), found.origin.as_str()),
        ("3", "`processor.concurrency` in x.toml")
    );
    assert!(sources.find(&PROCESS_RUN_ALLOW).is_none());
}

#[test]
fn misspelt_variable_is_found() {
    let names = ["ODD_BUILD_COMMIT", "ODD_GATWAY_ADDR"];
    let env = names.map(|name| (name.to_owned(), String::new())).into();
    let sources = Sources {
        env,
        ..Sources::default()
    };
    assert_eq!(
        sources.unknown_variables().collect::<Vec<_>>(),
        ["ODD_GATWAY_ADDR"]
    );
}

/// Sources with a file that has profiles, one variable, and these selections.
fn with_profile(flag: Option<&str>, variable: Option<&str>) -> Result<Sources, Failure> {
    with_profile_and(&[("ODD_TOKEN", "env")], flag, variable)
}

fn with_profile_and(
    variables: &[(&str, &str)],
    flag: Option<&str>,
    variable: Option<&str>,
) -> Result<Sources, Failure> {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("odd.toml");
    let text = "[client]\ngateway_url = 'http://file'\nread_model_url = 'http://file'\ntoken_file = 'file'\n\
                [profiles.prod]\ngateway_url = 'http://prod'\nread_model_url = 'http://prod'\n\
                token_file = 'secrets/prod'\n\
                [profiles.dev]\ngateway_url = 'http://dev'\nread_model_url = 'http://dev'\n";
    std::fs::write(&path, text).expect("written");
    let variables = variables.iter().copied();
    let variables = variables.chain(variable.map(|name| ("ODD_PROFILE", name)));
    let env = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let selection = Selection {
        config: Some(&path),
        profile: flag,
    };
    Sources::from_parts(env.collect(), selection, None)
}

#[test]
fn environment_overrides_a_profile_unless_a_flag_selects_it() {
    let find = |sources: &Sources, setting| sources.find(setting).expect("set").value;
    for (flag, variable, gateway, read_model, token) in [
        (None, None, "http://env", "http://file", "ODD_TOKEN"),
        (None, Some("prod"), "http://env", "http://prod", "ODD_TOKEN"),
        (
            Some("prod"),
            None,
            "http://prod",
            "http://prod",
            "ODD_TOKEN_FILE",
        ),
        (
            Some("prod"),
            Some("dev"),
            "http://prod",
            "http://prod",
            "ODD_TOKEN_FILE",
        ),
    ] {
        let variables = [("ODD_GATEWAY_URL", "http://env"), ("ODD_TOKEN", "env")];
        let sources = with_profile_and(&variables, flag, variable).expect("valid");
        let selected = format!("{flag:?} {variable:?}");
        assert_eq!(find(&sources, &GATEWAY_URL), gateway, "{selected}");
        assert_eq!(find(&sources, &READ_MODEL_URL), read_model, "{selected}");
        let (setting, _) = sources.find_first(&[&TOKEN, &TOKEN_FILE]).expect("set");
        assert_eq!(setting.env, token, "{selected}");
    }
}

#[test]
fn token_of_another_deployment_is_not_used_with_a_profile_that_has_none() {
    let token = |variables: &[(&str, &str)], flag, variable| {
        let sources = with_profile_and(variables, flag, variable).expect("valid");
        let found = sources.find_first(&[&TOKEN, &TOKEN_FILE]);
        let settings = ClientSettings::read(&sources, Endpoints::default());
        if found.is_none() {
            assert!(settings.expect("valid").token.is_none());
        }
        found.map(|(setting, _)| setting.env)
    };
    let in_env = [("ODD_TOKEN", "env"), ("ODD_TOKEN_FILE", "env")];
    assert_eq!(token(&in_env, Some("dev"), None), None);
    assert_eq!(token(&in_env, None, Some("dev")), Some("ODD_TOKEN"));
    assert_eq!(token(&[], None, Some("dev")), None);
    assert_eq!(token(&[], None, None), Some("ODD_TOKEN_FILE"));
}

#[test]
fn value_of_a_profile_names_its_key_and_is_relative_to_its_file() {
    let sources = with_profile(Some("prod"), None).expect("valid");
    let found = sources.find(&TOKEN_FILE).expect("set");
    let is_beside = |path: &str| path.ends_with("secrets/prod") && Path::new(path).is_absolute();
    assert!(is_beside(&found.value), "{}", found.value);
    let key = "`profiles.prod.token_file` in ";
    assert!(found.origin.starts_with(key), "{}", found.origin);
}

#[test]
fn unknown_profile_is_refused_with_the_known_ones() {
    let failure = with_profile(Some("prd"), None).expect_err("unknown");
    let text = failure.render(false);
    for part in [
        "error: --profile: there is no profile `prd`\n",
        "the profiles in ",
        " are: dev, prod\n",
        "hint: did you mean `prod`?\n",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let failure = with_profile(None, Some("unrelated")).expect_err("unknown");
    let text = failure.render(false);
    assert!(text.contains("error: ODD_PROFILE: there is no"), "{text}");
}

#[test]
fn default_file_may_be_missing() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("config.toml");
    let load = || {
        let env = BTreeMap::new();
        Sources::from_parts(env, Selection::default(), Some(path.clone()))
    };
    assert!(load().expect("no file").find(&GATEWAY_URL).is_none());
    std::fs::write(&path, "[client]\ngateway_url = 'http://default'\n").expect("written");
    let found = load().expect("valid").find(&GATEWAY_URL).expect("set");
    assert_eq!(found.value, "http://default");
    std::fs::write(&path, "nonsense = 1\n").expect("written");
    assert!(load().is_err());
}
