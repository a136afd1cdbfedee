const HEAD: &str = "# Generated from contracts/alerts.json by `cargo xtask generate`.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: observatory }
spec:
";

/// Returns the rules as an object of the Prometheus Operator. `rules` is the file that Prometheus loads.
pub(super) fn render(rules: &str) -> String {
    let groups = rules.lines().filter(|line| !line.starts_with('#'));
    let indented = groups.map(|line| format!("  {line}\n"));
    HEAD.to_owned() + &indented.collect::<String>()
}
