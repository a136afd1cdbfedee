use odd_contracts::{AlertRules, AlertUrls, UiRegistry};

/// Leads links of alerts to the interfaces of the deployment: the generated rules have links to the default URLs. Links to an
/// interface that the deployment does not have are left out. Links of other rules stay as they are.
#[derive(Debug)]
pub(crate) struct AlertLinks {
    default: &'static AlertUrls,
    own: AlertUrls,
}

impl AlertLinks {
    /// Creates one for a deployment with these interfaces.
    pub(crate) fn to(registry: &UiRegistry) -> Self {
        let default = &AlertRules::embedded().urls;
        Self {
            default,
            own: default.for_interfaces(registry),
        }
    }

    pub(super) fn dashboard(&self, link: String) -> Option<String> {
        change(
            link,
            self.default.dashboards.as_deref(),
            self.own.dashboards.as_deref(),
        )
    }

    pub(super) fn jobs(&self, link: String) -> Option<String> {
        change(link, self.default.jobs.as_deref(), self.own.jobs.as_deref())
    }
}

fn change(link: String, default: Option<&str>, own: Option<&str>) -> Option<String> {
    match default.and_then(|default| link.strip_prefix(default)) {
        Some(rest) => own.map(|own| format!("{own}{rest}")),
        None => Some(link),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_generated_rules_lead_to_the_interfaces_of_the_deployment() {
        let links = |items: &[&str]| {
            let items: Vec<_> = items
                .iter()
                .map(|item| item.parse().expect("valid"))
                .collect();
            AlertLinks::to(&UiRegistry::built_in().of_deployment(None, &items))
        };
        let dashboard = "http://127.0.0.1:3002/d/job-type";
        let jobs = "http://127.0.0.1:8081/jobs?status=FAILED";
        let own = "https://grafana.example/d/own";
        for (items, dashboard_here, jobs_here) in [
            (&[][..], Some(dashboard), Some(jobs)),
            (
                &["grafana=http://h:1", "web="],
                Some("http://h:1/d/job-type"),
                None,
            ),
            (
                &["grafana=", "web=http://h/o/"],
                None,
                Some("http://h/o/jobs?status=FAILED"),
            ),
        ] {
            let links = links(items);
            assert_eq!(links.dashboard(dashboard.into()).as_deref(), dashboard_here);
            assert_eq!(links.jobs(jobs.into()).as_deref(), jobs_here);
            assert_eq!(links.dashboard(own.into()).as_deref(), Some(own));
        }
    }
}
