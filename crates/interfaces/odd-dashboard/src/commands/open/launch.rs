use odd_contracts::{UiEntry, UiRegistryAnswer};
use odd_desktop::{Environment, Opened, PrintReason, WebUrl, open_url};
use serde::Serialize;

use super::reachability::Reachability;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::closest;

/// What has happened to a URL, for programs.
#[derive(Serialize)]
struct Outcome<'a> {
    id: &'a str,
    url: &'a str,
    /// Whether a browser was started.
    opened: bool,
    /// Why it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Opens the user interface with this id, or prints its URL.
pub(super) async fn open(
    answer: &UiRegistryAnswer,
    id: &str,
    only_print: bool,
    context: &Context,
) -> Result<Exit, Failure> {
    let entry = find(&answer.registry.uis, id)?;
    let url = WebUrl::parse(&entry.url).map_err(|error| {
        Failure::failed(format!("the interface {} cannot be opened", entry.id)).cause(error)
    })?;
    if !only_print && !Reachability::new(context)?.answers(&entry.url).await {
        let warning = format!("{url} does not answer: the page loads once its server runs");
        context.printer.warn(&warning);
    }
    let opened = open_url(&url, &Environment::current(), only_print);
    report(entry, &url, &opened, context)
}

fn report(
    entry: &UiEntry,
    url: &WebUrl,
    opened: &Opened,
    context: &Context,
) -> Result<Exit, Failure> {
    let reason = match opened {
        Opened::Launched => None,
        Opened::Print(reason) => Some(reason),
    };
    let outcome = Outcome {
        id: &entry.id,
        url: url.as_str(),
        opened: reason.is_none(),
        reason: reason.map(ToString::to_string),
    };
    let text = |_| reason.map_or_else(String::new, |_| format!("{url}\n"));
    context.printer.value(&outcome, [url.as_str()], text)?;
    match reason {
        None => context
            .printer
            .note(&format!("opened {url} in the browser")),
        Some(PrintReason::Requested) => {}
        Some(reason) => context.printer.note(&format!("not opened: {reason}")),
    }
    Ok(Exit::Ok)
}

fn find<'a>(entries: &'a [UiEntry], id: &str) -> Result<&'a UiEntry, Failure> {
    let mut known = entries.iter();
    if let Some(entry) = known.find(|entry| entry.id.eq_ignore_ascii_case(id)) {
        return Ok(entry);
    }
    let ids = entries.iter().map(|entry| entry.id.as_str());
    let hint = match closest(id, ids) {
        Some(close) => format!("did you mean {close}? `odd-dashboard open` lists all of them"),
        None => "`odd-dashboard open` lists all of them".to_owned(),
    };
    Err(Failure::new(Exit::NotFound, format!("there is no user interface {id}")).hint(hint))
}

#[cfg(test)]
mod tests {
    use odd_contracts::UiRegistry;

    use super::*;

    #[test]
    fn misspelt_id_is_refused_with_the_closest_one() {
        let entries = UiRegistry::built_in().uis;
        assert_eq!(find(&entries, "GRAFANA").expect("known").id, "grafana");
        let failure = find(&entries, "grafan").expect_err("misspelt");
        assert_eq!(failure.exit, Exit::NotFound);
        assert!(
            failure
                .hint
                .expect("a hint")
                .starts_with("did you mean grafana?")
        );
        let failure = find(&entries, "kibana-logs").expect_err("unknown");
        assert!(!failure.hint.expect("a hint").contains("did you mean"));
    }
}
