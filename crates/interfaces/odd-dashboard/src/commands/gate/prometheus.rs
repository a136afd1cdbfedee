use std::collections::BTreeMap;

use odd_client::Url;
use reqwest::StatusCode;
use serde::Deserialize;

use crate::commands::deployment::{Deployment, join};

/// Queries of a Prometheus server, API v1: <https://prometheus.io/docs/prometheus/latest/querying/api/>.
pub(super) struct Prometheus<'a> {
    deployment: &'a Deployment,
    base: &'a Url,
}

/// One element of a result.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    pub(super) labels: BTreeMap<String, String>,
    pub(super) value: f64,
}

#[derive(Deserialize)]
struct Reply {
    data: Data,
}

#[derive(Deserialize)]
#[serde(tag = "resultType", content = "result", rename_all = "lowercase")]
enum Data {
    Vector(Vec<Element>),
    Scalar((f64, String)),
}

#[derive(Deserialize)]
struct Element {
    metric: BTreeMap<String, String>,
    value: (f64, String),
}

impl<'a> Prometheus<'a> {
    /// Returns the Prometheus of the deployment, if it is given.
    pub(super) fn of(deployment: &'a Deployment) -> Option<Self> {
        let base = deployment.prometheus.as_ref()?;
        Some(Self { deployment, base })
    }

    /// Evaluates an expression now.
    pub(super) async fn query(&self, expression: &str) -> Result<Vec<Sample>, String> {
        let mut url = join(self.base, "/api/v1/query")?;
        url.query_pairs_mut().append_pair("query", expression);
        let answer = self.deployment.server(&url).await?.expect(StatusCode::OK);
        let answer = answer.map_err(|why| format!("Prometheus {why}"))?;
        samples(&answer.body)
    }
}

fn samples(body: &str) -> Result<Vec<Sample>, String> {
    let reply: Reply = serde_json::from_str(body)
        .map_err(|error| format!("the answer of Prometheus cannot be parsed: {error}"))?;
    match reply.data {
        Data::Scalar((_, value)) => Ok(vec![Sample {
            labels: BTreeMap::new(),
            value: number(&value)?,
        }]),
        Data::Vector(elements) => elements
            .into_iter()
            .map(|element| {
                Ok(Sample {
                    labels: element.metric,
                    value: number(&element.value.1)?,
                })
            })
            .collect(),
    }
}

/// Parses a value; Prometheus writes the special ones as `NaN`, `+Inf` and `-Inf`.
fn number(text: &str) -> Result<f64, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is not a number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_and_scalars_are_parsed() {
        let vector = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[1.5,"+Inf"]}]}}"#;
        let samples = samples(vector).expect("a vector");
        assert_eq!(
            (samples[0].labels["a"].as_str(), samples[0].value),
            ("b", f64::INFINITY)
        );
        let scalar = r#"{"status":"success","data":{"resultType":"scalar","result":[1.5,"2"]}}"#;
        assert_eq!(super::samples(scalar).expect("a scalar")[0].value, 2.0);
        assert!(super::samples("{}").is_err());
    }
}
