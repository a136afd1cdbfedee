use futures_util::future::join_all;
use odd_client::inert;
use odd_contracts::{UiEntry, UiRegistryAnswer, UiRegistrySource};
use serde::Serialize;

use super::reachability::Reachability;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Column, Layout, Table};

/// The user interfaces, for programs.
#[derive(Serialize)]
struct Listing<'a> {
    source: UiRegistrySource,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    version: &'a str,
    uis: &'a [Listed<'a>],
}

/// A user interface and whether it answers.
#[derive(Serialize)]
struct Listed<'a> {
    #[serde(flatten)]
    entry: &'a UiEntry,
    reachable: bool,
}

/// Lists every user interface. All are asked at the same time.
pub(super) async fn show(answer: &UiRegistryAnswer, context: &Context) -> Result<Exit, Failure> {
    let reachability = Reachability::new(context)?;
    let listed = answer.registry.uis.iter().map(|entry| async {
        let reachable = reachability.answers(&entry.url).await;
        Listed { entry, reachable }
    });
    let listed = join_all(listed).await;
    let listing = Listing {
        source: answer.source,
        detail: answer.detail.as_deref(),
        version: &answer.registry.version,
        uis: &listed,
    };
    let name = |listed: &Listed<'_>| listed.entry.id.clone();
    let printer = context.printer;
    let text = |_| table(&listed, printer.layout());
    printer.list(&listing, &listed, name, text)?;
    Ok(Exit::Ok)
}

fn table(listed: &[Listed<'_>], layout: Layout) -> String {
    let mut table = Table::of(vec![
        Column::cut_to("ID", 12),
        Column::whole("ANSWERS"),
        Column::cut_to("URL", 16),
        Column::cut_to("NAME", 8).rank(1),
    ]);
    for Listed { entry, reachable } in listed {
        table.row(vec![
            inert(&entry.id).into_owned(),
            if *reachable { "yes" } else { "no" }.to_owned(),
            inert(&entry.url).into_owned(),
            inert(&entry.name).into_owned(),
        ]);
    }
    table.render_in(layout)
}

#[cfg(test)]
mod tests {
    use odd_contracts::UiRegistry;

    use super::*;
    use crate::output::assert_fits;

    #[test]
    fn table_fits_the_terminal() {
        let entries = UiRegistry::built_in().uis;
        let listed = entries.iter().map(|entry| Listed {
            entry,
            reachable: true,
        });
        let listed: Vec<Listed<'_>> = listed.collect();
        assert_fits(|layout| table(&listed, layout));
    }
}
