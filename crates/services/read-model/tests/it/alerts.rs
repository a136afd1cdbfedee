use std::sync::{Arc, Mutex};

use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use odd_read_model::Config;
use odd_testkit::http::send;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::observatory::Observatory;
use crate::path_template::template_of;

/// A scripted Alertmanager: it can fail, and keeps silences.
#[derive(Clone, Default)]
struct Script {
    fails: Arc<Mutex<bool>>,
    /// How many requests for the silences fail from now on.
    silences_fail: Arc<Mutex<u32>>,
    /// Answers requests that end a silence.
    removal_fails: Arc<Mutex<Option<StatusCode>>>,
    inhibited_by: Arc<Mutex<Vec<String>>>,
    silences: Arc<Mutex<Vec<Value>>>,
}

impl Script {
    fn alerts(&self) -> Result<Json<Value>, StatusCode> {
        if *self.fails.lock().expect("no panic") {
            return Err(StatusCode::BAD_GATEWAY);
        }
        let silences = self.silences.lock().expect("no panic");
        let by: Vec<&Value> = silences.iter().map(|silence| &silence["id"]).collect();
        let inhibited_by = self.inhibited_by.lock().expect("no panic").clone();
        let state = match by.is_empty() && inhibited_by.is_empty() {
            true => "active",
            false => "suppressed",
        };
        Ok(Json(json!([{
            "fingerprint": "f1",
            "labels": {"alertname": "ServiceDown", "severity": "critical", "service": "gateway"},
            "annotations": {"summary": "down", "dashboard_url": "https://dashboards.example/d/a"},
            "startsAt": "2026-01-01T00:00:00Z", "endsAt": "9998-01-01T00:00:00Z",
            "status": {"state": state, "silencedBy": by, "inhibitedBy": inhibited_by}
        }])))
    }

    fn silences(&self) -> Result<Json<Vec<Value>>, StatusCode> {
        let mut failures = self.silences_fail.lock().expect("no panic");
        if *failures > 0 {
            *failures -= 1;
            return Err(StatusCode::BAD_GATEWAY);
        }
        Ok(Json(self.silences.lock().expect("no panic").clone()))
    }

    fn create(&self, mut silence: Value) -> Json<Value> {
        silence["id"] = json!("s1");
        silence["status"] = json!({"state": "active"});
        self.silences.lock().expect("no panic").push(silence);
        Json(json!({"silenceID": "s1"}))
    }

    fn remove(&self, id: &str) -> StatusCode {
        if let Some(status) = *self.removal_fails.lock().expect("no panic") {
            return status;
        }
        let mut silences = self.silences.lock().expect("no panic");
        silences.retain(|silence| silence["id"] != id);
        StatusCode::OK
    }

    /// Adds copies of the silence that was created.
    fn copy_silence(&self, ids: &[&str]) {
        let mut silences = self.silences.lock().expect("no panic");
        for id in ids {
            let mut silence = silences[0].clone();
            silence["id"] = json!(id);
            silences.push(silence);
        }
    }

    async fn start(self) -> String {
        let (read, listed, created, ended) = (self.clone(), self.clone(), self.clone(), self);
        let router = Router::new()
            .route("/api/v2/alerts", get(move || async move { read.alerts() }))
            .route(
                "/api/v2/silences",
                get(move || async move { listed.silences() }).merge(post(
                    move |Json(silence)| async move { created.create(silence) },
                )),
            )
            .route(
                "/api/v2/silence/{id}",
                delete(move |Path(id): Path<String>| async move { ended.remove(&id) }),
            );
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }
}

async fn observatory(script: &Script) -> Observatory {
    let config = Config {
        alertmanager_url: Some(script.clone().start().await),
        ..Config::default()
    };
    Observatory::with(config).await
}

/// Sends a command and checks the answer against the document.
pub(crate) async fn send_command(
    observatory: &Observatory,
    method: &str,
    target: &str,
) -> (u16, String) {
    let answer = send(observatory.address, method, target, &[], b"").await;
    let path = target.split('?').next().expect("a path");
    let template = template_of(&observatory.contract, path);
    observatory.contract.check(method, &template, &answer);
    (answer.status, answer.text())
}

#[tokio::test]
async fn silence_is_created_for_the_labels_of_the_alert_and_ended() {
    let script = Script::default();
    let observatory = observatory(&script).await;
    let silenced = send_command(&observatory, "POST", "/alerts/f1/silence?minutes=60").await;
    assert_eq!(silenced.0, 200, "{}", silenced.1);
    let created = script.silences.lock().expect("no panic")[0].clone();
    let matchers = created["matchers"].as_array().expect("a list");
    let expected = json!({"name": "service", "value": "gateway", "isRegex": false});
    assert!(matchers.contains(&expected), "{created}");
    assert_eq!(
        (matchers.len(), &created["createdBy"]),
        (3, &json!("anonymous"))
    );

    let listed = observatory.json("/alerts").await;
    let alert = &listed["alerts"][0];
    assert_eq!(
        (&alert["state"], &alert["silencedUntil"]),
        (&json!("suppressed"), &created["endsAt"])
    );
    assert_eq!(alert["dashboardUrl"], "https://dashboards.example/d/a");

    let ended = send_command(&observatory, "DELETE", "/alerts/f1/silence").await;
    assert_eq!(ended.0, 200, "{}", ended.1);
    assert_eq!(
        observatory.json("/alerts").await["alerts"][0]["state"],
        "firing"
    );
}

#[tokio::test]
async fn last_known_alerts_are_shown_while_alertmanager_fails() {
    let script = Script::default();
    let observatory = observatory(&script).await;
    assert_eq!(observatory.json("/alerts").await["source"]["status"], "ok");
    // A command makes the next list a new one.
    send_command(&observatory, "POST", "/alerts/f1/silence?minutes=1").await;
    *script.fails.lock().expect("no panic") = true;
    let list = observatory.json("/alerts").await;
    assert_eq!(list["source"]["status"], "stale");
    assert!(list["source"]["asOf"].is_string(), "{list}");
    assert_eq!(list["alerts"][0]["id"], "f1");
    let refused = send_command(&observatory, "POST", "/alerts/f1/silence?minutes=60").await;
    assert_eq!(refused.0, 503);
}

#[tokio::test]
async fn alerts_are_shown_when_the_silences_cannot_be_read() {
    let script = Script::default();
    let observatory = observatory(&script).await;
    send_command(&observatory, "POST", "/alerts/f1/silence?minutes=1").await;
    *script.silences_fail.lock().expect("no panic") = u32::MAX;
    let list = observatory.json("/alerts").await;
    assert_eq!(list["source"]["status"], "ok", "{list}");
    let detail = list["source"]["detail"].as_str().expect("an explanation");
    assert!(detail.contains("unknown when the silences end"), "{detail}");
    let alert = &list["alerts"][0];
    assert_eq!(
        (&alert["state"], alert.get("silencedUntil")),
        (&json!("suppressed"), None)
    );
}

#[tokio::test]
async fn one_failed_request_for_the_silences_is_repeated() {
    let script = Script::default();
    let observatory = observatory(&script).await;
    send_command(&observatory, "POST", "/alerts/f1/silence?minutes=1").await;
    *script.silences_fail.lock().expect("no panic") = 1;
    let list = observatory.json("/alerts").await;
    assert_eq!(list["source"].get("detail"), None);
    assert!(list["alerts"][0]["silencedUntil"].is_string(), "{list}");
}

#[tokio::test]
async fn incomplete_list_does_not_replace_the_last_complete_one() {
    let script = Script::default();
    let observatory = observatory(&script).await;
    send_command(&observatory, "POST", "/alerts/f1/silence?minutes=1").await;
    let complete = observatory.json("/alerts").await;
    let silence = || send_command(&observatory, "POST", "/alerts/f1/silence?minutes=1");
    // A command makes the next list a new one.
    silence().await;
    *script.silences_fail.lock().expect("no panic") = u32::MAX;
    let incomplete = observatory.json("/alerts").await;
    assert!(incomplete["source"]["detail"].is_string(), "{incomplete}");
    *script.silences_fail.lock().expect("no panic") = 0;
    silence().await;
    *script.fails.lock().expect("no panic") = true;
    let list = observatory.json("/alerts").await;
    assert_eq!(list["source"]["status"], "stale");
    assert_eq!(list["alerts"], complete["alerts"]);
}

#[tokio::test]
async fn superseded_silence_that_cannot_be_removed_does_not_fail_the_command() {
    let script = Script::default();
    let observatory = observatory(&script).await;
    let silence = || send_command(&observatory, "POST", "/alerts/f1/silence?minutes=60");
    assert_eq!(silence().await.0, 200);
    script.copy_silence(&["s2", "s3"]);
    *script.removal_fails.lock().expect("no panic") = Some(StatusCode::BAD_GATEWAY);
    let silenced = silence().await;
    assert_eq!(silenced.0, 200, "{}", silenced.1);
    assert!(silenced.1.contains("silencedUntil"), "{}", silenced.1);
    let end = || send_command(&observatory, "DELETE", "/alerts/f1/silence");
    assert_eq!(end().await.0, 503);
    // Another process has removed them meanwhile.
    *script.removal_fails.lock().expect("no panic") = Some(StatusCode::NOT_FOUND);
    assert_eq!(end().await.0, 200);
}

#[tokio::test]
async fn silence_of_another_alert_is_not_ended() {
    let script = Script::default();
    let observatory = observatory(&script).await;
    send_command(&observatory, "POST", "/alerts/f1/silence?minutes=60").await;
    script.copy_silence(&["s2"]);
    {
        let mut silences = script.silences.lock().expect("no panic");
        let matchers = silences[1]["matchers"].as_array_mut().expect("a list");
        matchers.truncate(1);
    }
    let ended = send_command(&observatory, "DELETE", "/alerts/f1/silence").await;
    assert_eq!(ended.0, 409, "{}", ended.1);
    let left = script.silences.lock().expect("no panic");
    let left: Vec<&Value> = left.iter().map(|silence| &silence["id"]).collect();
    assert_eq!(left, ["s2"]);
}

#[tokio::test]
async fn inhibited_alert_names_the_alert_that_inhibits_it() {
    let script = Script::default();
    *script.inhibited_by.lock().expect("no panic") = vec!["f2".to_owned()];
    let observatory = observatory(&script).await;
    let alert = &observatory.json("/alerts").await["alerts"][0];
    assert_eq!(alert["state"], "suppressed");
    assert_eq!(alert["inhibitedBy"], json!(["f2"]));
    let ended = send_command(&observatory, "DELETE", "/alerts/f1/silence").await;
    assert!(ended.1.contains(r#""state":"suppressed""#), "{}", ended.1);
}

#[tokio::test]
async fn commands_that_cannot_work_are_refused() {
    let observatory = observatory(&Script::default()).await;
    for (path, status) in [
        ("/alerts/other/silence?minutes=60", 404),
        ("/alerts/f1/silence", 422),
        ("/alerts/f1/silence?minutes=0", 422),
        ("/alerts/f1/silence?minutes=10081", 422),
        ("/alerts/f1/acknowledge", 409),
    ] {
        assert_eq!(
            send_command(&observatory, "POST", path).await.0,
            status,
            "{path}"
        );
    }
    let history = observatory.json("/alerts/history").await;
    assert_eq!(history["alerts"], json!([]));
    assert_eq!(history["source"]["status"], "not_configured");
    let without = Observatory::start().await;
    assert_eq!(
        send_command(&without, "POST", "/alerts/f1/silence?minutes=60")
            .await
            .0,
        409
    );
}
