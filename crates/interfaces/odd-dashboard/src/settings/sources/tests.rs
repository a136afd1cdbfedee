use super::*;
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
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("odd.toml");
    let text = "[client]\ngateway_url = 'http://file'\nread_model_url = 'http://file'\n\
                [profiles.prod]\ngateway_url = 'http://prod'\ntoken_file = 'secrets/prod'\n[profiles.dev]\n";
    std::fs::write(&path, text).expect("written");
    let mut env = BTreeMap::from([
        ("ODD_GATEWAY_URL".to_owned(), "http://env".to_owned()),
        ("ODD_TOKEN".to_owned(), "env".to_owned()),
    ]);
    env.extend(variable.map(|name| ("ODD_PROFILE".to_owned(), name.to_owned())));
    let selection = Selection {
        config: Some(&path),
        profile: flag,
    };
    Sources::from_parts(env, selection, None)
}

#[test]
fn environment_overrides_a_profile_unless_a_flag_selects_it() {
    let find = |sources: &Sources, setting| sources.find(setting).expect("set").value;
    for (flag, variable, gateway, token) in [
        (None, None, "http://env", "ODD_TOKEN"),
        (None, Some("prod"), "http://env", "ODD_TOKEN"),
        (Some("prod"), None, "http://prod", "ODD_TOKEN_FILE"),
        (Some("prod"), Some("dev"), "http://prod", "ODD_TOKEN_FILE"),
        (Some("dev"), Some("prod"), "http://env", "ODD_TOKEN"),
    ] {
        let sources = with_profile(flag, variable).expect("valid");
        assert_eq!(
            find(&sources, &GATEWAY_URL),
            gateway,
            "{flag:?} {variable:?}"
        );
        assert_eq!(find(&sources, &READ_MODEL_URL), "http://file");
        let (setting, _) = sources.find_first(&[&TOKEN, &TOKEN_FILE]).expect("set");
        assert_eq!(setting.env, token, "{flag:?} {variable:?}");
    }
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
