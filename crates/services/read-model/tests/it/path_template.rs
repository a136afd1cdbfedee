use std::collections::BTreeSet;

use odd_testkit::ApiContract;

/// Returns the documented path that matches the path of a request.
pub(crate) fn template_of(contract: &ApiContract, path: &str) -> String {
    let templates: BTreeSet<String> = contract
        .operations()
        .into_iter()
        .map(|(_, path)| path)
        .collect();
    if templates.contains(path) {
        return path.to_owned();
    }
    let template = templates.into_iter().find(|template| fits(template, path));
    template.unwrap_or_else(|| panic!("{path} is not documented"))
}

fn fits(template: &str, path: &str) -> bool {
    let (segments, parts) = (template.split('/'), path.split('/'));
    template.matches('/').count() == path.matches('/').count()
        && segments
            .zip(parts)
            .all(|(segment, part)| segment.starts_with('{') || segment == part)
}
