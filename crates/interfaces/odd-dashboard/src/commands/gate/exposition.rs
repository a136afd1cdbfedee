//! What the roles export at `/metrics`.

use reqwest::StatusCode;

use crate::commands::deployment::Deployment;

/// Returns the name and base URL of every role that the read-model knows.
pub(super) async fn role_urls(deployment: &Deployment) -> Result<Vec<(String, String)>, String> {
    let answer = deployment.read_model("/services").await?;
    let list = answer.expect(StatusCode::OK)?.json()?;
    let services = list["services"]
        .as_array()
        .ok_or("/services has no list of services")?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    Ok(services
        .iter()
        .map(|service| (text(&service["name"]), text(&service["url"])))
        .collect())
}

/// Returns the sum of the samples of `name` with all of these labels, over every role. `None` if no role has one.
pub(super) async fn sum(
    deployment: &Deployment,
    name: &str,
    labels: &[(&str, &str)],
) -> Result<Option<f64>, String> {
    let mut total = None;
    for (_, url) in role_urls(deployment).await? {
        let answer = deployment
            .role(&url, "/metrics")
            .await?
            .expect(StatusCode::OK)?;
        for value in values(&answer.body, name, labels) {
            total = Some(total.unwrap_or(0.0) + value);
        }
    }
    Ok(total)
}

/// Returns the values of the samples of `name` with all of these labels. Label values are compared as they are written: those
/// that need escapes do not match.
fn values(text: &str, name: &str, labels: &[(&str, &str)]) -> Vec<f64> {
    text.lines()
        .filter_map(|line| {
            let (series, rest) = line
                .strip_prefix(name)?
                .strip_prefix('{')?
                .split_once('}')?;
            let has = |(label, value): &(&str, &str)| {
                let pair = format!("{label}=\"{value}\"");
                series.split(',').any(|found| found == pair)
            };
            let value = rest.split_whitespace().next()?;
            labels.iter().all(has).then(|| value.parse().ok())?
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_selected_by_name_and_labels() {
        let text = "# TYPE a counter\na_total{service=\"x\",type=\"echo\"} 3\na_total{service=\"x\",type=\"other\"} 4\n\
            a_total_created{service=\"x\",type=\"echo\"} 9\n";
        assert_eq!(values(text, "a_total", &[("type", "echo")]), [3.0]);
        assert_eq!(values(text, "a_total", &[]), [3.0, 4.0]);
        assert!(values(text, "a", &[]).is_empty());
    }
}
