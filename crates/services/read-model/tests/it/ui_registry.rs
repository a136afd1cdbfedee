use odd_contracts::UiDeployment;
use odd_read_model::Config;

use crate::observatory::Observatory;

/// Returns id and URL of every interface that a read model with this configuration lists.
async fn listed(config: Config) -> Vec<(String, String)> {
    let answer = Observatory::with(config).await.json("/ui-registry").await;
    let entries = answer["registry"]["uis"].as_array().expect("a list");
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let pairs = entries
        .iter()
        .map(|entry| (text(&entry["id"]), text(&entry["url"])));
    pairs.collect()
}

#[tokio::test]
async fn interfaces_are_those_of_the_deployment_at_its_urls() {
    let all = listed(Config::default()).await;
    assert!(all.contains(&("jaeger".into(), "http://127.0.0.1:16686/".into())));
    let own = listed(Config {
        deployment: Some(UiDeployment::Embedded),
        ui_urls: vec![
            "grafana=https://h/grafana/".parse().expect("valid"),
            "web=".parse().expect("valid"),
        ],
        ..Config::default()
    });
    let own = own.await;
    let ids: Vec<&str> = own.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["gateway-docs", "read-model-docs", "grafana"]);
    assert_eq!(own[2].1, "https://h/grafana/");
}
