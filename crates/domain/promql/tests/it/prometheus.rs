use std::collections::BTreeMap;
use std::time::Duration;

use odd_promql::Labels;
use odd_testkit::private_servers::{DataRoot, Prometheus};
use prost::Message;
use serde_json::Value;

use crate::random_series::{DuringGap, Recording};

/// A real Prometheus.
pub(crate) struct Reference {
    server: Prometheus,
    _root: DataRoot,
    client: reqwest::Client,
}

/// The values of a series by the time of the evaluation in milliseconds.
pub(crate) type Values = BTreeMap<Labels, BTreeMap<i64, f64>>;

/// The evaluations of a comparison.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Instants {
    pub(crate) first_ms: i64,
    pub(crate) last_ms: i64,
    pub(crate) step_ms: i64,
}

impl Instants {
    pub(crate) fn iter(self) -> impl Iterator<Item = i64> {
        (0..)
            .map(move |step| self.first_ms + step * self.step_ms)
            .take_while(move |at_ms| *at_ms <= self.last_ms)
    }
}

/// `prometheus.WriteRequest` of remote write 1.0.
#[derive(Clone, PartialEq, Message)]
struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    timeseries: Vec<TimeSeries>,
}

#[derive(Clone, PartialEq, Message)]
struct TimeSeries {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<Label>,
    #[prost(message, repeated, tag = "2")]
    samples: Vec<Sample>,
}

#[derive(Clone, PartialEq, Message)]
struct Label {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, PartialEq, Message)]
struct Sample {
    #[prost(double, tag = "1")]
    value: f64,
    #[prost(int64, tag = "2")]
    timestamp: i64,
}

impl Reference {
    /// Starts an empty server.
    pub(crate) async fn start() -> Self {
        let started = tokio::task::spawn_blocking(|| {
            let root = DataRoot::temporary()?;
            Ok::<_, odd_testkit::private_servers::Error>((Prometheus::start(&root)?, root))
        });
        let (server, root) = started
            .await
            .expect("no panic")
            .unwrap_or_else(|error| panic!("Prometheus does not start: {error}"));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy();
        Self {
            client: client.build().expect("a client"),
            server,
            _root: root,
        }
    }

    /// Returns what counters of a recording may do during gaps: only from version 3 on, all values are comparable.
    pub(crate) async fn during_gap(&self) -> DuringGap {
        let url = format!("{}/api/v1/status/buildinfo", self.server.url());
        let response = self.client.get(url).send().await.expect("a response");
        let answer: Value =
            serde_json::from_str(&response.text().await.expect("a body")).expect("JSON");
        let version = answer["data"]["version"].as_str().expect("a version");
        match version.starts_with("2.") {
            true => DuringGap::Restart,
            false => DuringGap::Continue,
        }
    }

    /// Writes the samples in order of time, because the server refuses old ones.
    pub(crate) async fn write(&self, recording: &Recording) {
        const SLICE_MS: i64 = 10 * 60 * 1_000;
        let mut slices: BTreeMap<i64, Vec<TimeSeries>> = BTreeMap::new();
        for (labels, samples) in recording {
            for chunk in samples.chunk_by(|one, next| one.0 / SLICE_MS == next.0 / SLICE_MS) {
                let slice = slices.entry(chunk[0].0 / SLICE_MS).or_default();
                slice.push(series(labels, chunk));
            }
        }
        for timeseries in slices.into_values() {
            let request = WriteRequest { timeseries }.encode_to_vec();
            let body = snap::raw::Encoder::new()
                .compress_vec(&request)
                .expect("small enough");
            let url = format!("{}/api/v1/write", self.server.url());
            let sent = self.client.post(url).body(body);
            let sent = sent
                .header("content-encoding", "snappy")
                .header("content-type", "application/x-protobuf")
                .header("x-prometheus-remote-write-version", "0.1.0");
            let response = sent.send().await.expect("a response");
            let status = response.status();
            let text = response.text().await.unwrap_or_default();
            assert!(status.is_success(), "{status}: {text}");
        }
    }

    /// Evaluates an expression at several instants.
    ///
    /// # Errors
    /// The message of the server when the expression has no result.
    pub(crate) async fn evaluate(
        &self,
        expression: &str,
        instants: Instants,
    ) -> Result<Values, String> {
        let seconds = |ms: i64| format!("{}.{:03}", ms / 1_000, ms % 1_000);
        let url = format!("{}/api/v1/query_range", self.server.url());
        let url = reqwest::Url::parse_with_params(
            &url,
            [
                ("query", expression),
                ("start", &seconds(instants.first_ms)),
                ("end", &seconds(instants.last_ms)),
                ("step", &seconds(instants.step_ms)),
            ],
        );
        let sent = self.client.get(url.expect("a URL"));
        let response = sent.timeout(Duration::from_secs(60)).send().await;
        let text = response.expect("a response").text().await.expect("a body");
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        if answer["status"] != "success" {
            return Err(answer["error"].to_string());
        }
        let series = answer["data"]["result"].as_array().expect("a list");
        Ok(series.iter().map(read_series).collect())
    }
}

fn series(labels: &Labels, samples: &[(i64, f64)]) -> TimeSeries {
    let samples = samples.iter();
    TimeSeries {
        labels: labels
            .iter()
            .map(|(name, value)| Label {
                name: name.to_owned(),
                value: value.to_owned(),
            })
            .collect(),
        samples: samples
            .map(|&(timestamp, value)| Sample { value, timestamp })
            .collect(),
    }
}

fn read_series(series: &Value) -> (Labels, BTreeMap<i64, f64>) {
    let labels = series["metric"].as_object().expect("labels");
    let labels = labels
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().expect("text")));
    let values = series["values"].as_array().expect("a list");
    let values = values.iter().map(|value| {
        let at_s = value[0].as_f64().expect("a time");
        let number = value[1].as_str().expect("text").parse();
        ((at_s * 1_000.0).round() as i64, number.expect("a number"))
    });
    (Labels::new(labels), values.collect())
}
