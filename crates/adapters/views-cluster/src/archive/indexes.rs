use std::time::Duration;

use mongodb::bson::{Document, doc};
use odd_core::ports::StoreError;

use super::error::{mongo_failed, refusal};
use super::server::Server;
use super::{EVENTS, JOBS};

/// Codes of a server that does not know an option of an index.
const NOT_KNOWN: [i32; 4] = [59, 67, 115, 238];

/// There is an index of that name with other options.
const OTHER_OPTIONS: [i32; 2] = [85, 86];

/// Makes the indexes that are not there yet.
pub(super) async fn make(server: &Server, keep: Option<Duration>) -> Result<(), StoreError> {
    let plain = [
        (EVENTS, "seq", doc! { "seq": 1 }),
        (EVENTS, "job_seq", doc! { "job": 1, "seq": 1 }),
        (EVENTS, "type_seq", doc! { "type": 1, "seq": 1 }),
        (JOBS, "seq", doc! { "seq": 1 }),
        (JOBS, "status_seq", doc! { "status": 1, "seq": 1 }),
        (JOBS, "type_seq", doc! { "type": 1, "seq": 1 }),
        (JOBS, "queue_seq", doc! { "queue": 1, "seq": 1 }),
    ];
    for (collection, name, key) in plain {
        server
            .command(create(collection, doc! { "key": key, "name": name }))
            .await?;
    }
    let Some(keep) = keep else {
        return Ok(());
    };
    for (collection, field) in [(EVENTS, "occurred"), (JOBS, "finished")] {
        expire(server, collection, field, keep).await?;
    }
    Ok(())
}

fn create(collection: &str, index: Document) -> Document {
    doc! { "createIndexes": collection, "indexes": [index] }
}

/// Has the server delete documents once the date in `field` is older than `keep`. Documents without it stay.
async fn expire(
    server: &Server,
    collection: &str,
    field: &str,
    keep: Duration,
) -> Result<(), StoreError> {
    // The longest that the server takes.
    let seconds = i32::try_from(keep.as_secs()).unwrap_or(i32::MAX);
    let name = format!("{field}_expiry");
    let index = doc! { "key": { field: 1 }, "name": &name, "expireAfterSeconds": seconds };
    let Err(error) = server.try_command(create(collection, index)).await? else {
        return Ok(());
    };
    match refusal(&error) {
        Some(code) if NOT_KNOWN.contains(&code) => {
            tracing::warn!(
                collection,
                "the server of the archive knows no expiry; nothing is removed from it by age"
            );
            Ok(())
        }
        Some(code) if OTHER_OPTIONS.contains(&code) => {
            let index = doc! { "name": name, "expireAfterSeconds": seconds };
            let change = doc! { "collMod": collection, "index": index };
            server.command(change).await.map(drop)
        }
        _ => Err(mongo_failed(&error)),
    }
}
