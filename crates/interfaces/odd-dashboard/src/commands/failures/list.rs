use odd_client::{FailuresQuery, inert};
use odd_contracts::{FailureGroup, FailureList, JobType, QueueName, Timestamp, counted};

use crate::completion;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Cell, Column, Layout, OutputFormat, Table};
use crate::settings::parse_since;

const EXAMPLES: &str = "  odd-dashboard failures list
  odd-dashboard failures list --type email --since 1h
  odd-dashboard failures list -o jsonl | jq 'select(.jobs > 10)'";

/// List the kinds of failure, the latest first
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
#[group(skip)]
pub(super) struct Args {
    /// Only failures of jobs of this type
    #[arg(long = "type", value_name = "TYPE", add = completion::job_types())]
    job_type: Option<JobType>,
    /// Only kinds that occurred in this queue, or in more than five queues
    #[arg(long, add = completion::queues())]
    queue: Option<QueueName>,
    /// Only kinds last seen since this time (RFC 3339), or since a duration before now such as 1h
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    since: Option<Timestamp>,
    /// Maximum number of kinds, up to 1000
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Exit, Failure> {
    let query = FailuresQuery {
        job_type: args.job_type.map(|name| name.to_string()),
        queue: args.queue.map(|name| name.to_string()),
        since: args.since,
        limit: args.limit.into(),
    };
    context.with_client(async |client| {
        let list = client.failures(&query).await?;
        if context.format() == OutputFormat::Table {
            if list.unlisted > 0 {
                let unlisted = counted(list.unlisted, "further failure");
                let note = format!("{unlisted} of other kinds, in hours with too many kinds");
                context.printer.note(&note);
            }
            if list.groups.is_empty() {
                context.printer.note("no failures");
                return Ok(Exit::Ok);
            }
        }
        print(&list, context)?;
        Ok(Exit::Ok)
    })
}

fn print(list: &FailureList, context: &Context) -> Result<(), Failure> {
    let name = |group: &FailureGroup| group.fingerprint.to_string();
    context.printer.list(list, &list.groups, name, |_| {
        table(&list.groups, context.printer.layout())
    })
}

fn table(groups: &[FailureGroup], layout: Layout) -> String {
    let mut table = Table::of(vec![
        Column::whole("FINGERPRINT"),
        Column::cut_to("TYPE", 8),
        Column::whole("LAST SEEN").rank(3),
        Column::whole("FAILURES").rank(2),
        Column::whole("JOBS").rank(1),
        Column::whole("CODE").rank(4),
        Column::cut_to("MESSAGE", 12),
    ]);
    for group in groups {
        table.row(vec![
            group.fingerprint.to_string().into(),
            group.job_type.to_string().into(),
            Cell::time(group.last_seen_at),
            group.occurrences.to_string().into(),
            group.jobs.to_string().into(),
            group.code.as_str().into(),
            inert(&group.message).into_owned().into(),
        ]);
    }
    table.render_in(layout)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::assert_fits;

    #[test]
    fn table_fits_the_terminal() {
        let group: FailureGroup = serde_json::from_str(&format!(
            r#"{{"fingerprint": "9c2f1e0b7a4d3c55", "type": "a.type.with.a.long.name", "code": "invalid_payload",
                "message": "{}", "firstSeenAt": "2026-01-31T12:00:00.000000Z",
                "lastSeenAt": "2026-01-31T12:00:02.000000Z", "occurrences": 1000000, "jobs": 10000,
                "versions": ["0.1.0"], "sampleJobIds": []}}"#,
            "遅い".repeat(60)
        ))
        .expect("a group");
        assert_fits(|layout| table(&[group.clone(), group.clone()], layout));
    }
}
