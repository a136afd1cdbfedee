use std::time::Duration;

use mongodb::bson::{Document, doc};
use odd_core::ports::StoreError;

use super::connection::MongoConnection;
use super::error::{mongo_failed, rejection_code};
use super::{EVENTS, JOBS};

/// Error codes of a server that does not support an index option.
const UNSUPPORTED_OPTION: [i32; 4] = [59, 67, 115, 238];

/// Error codes for an existing index of the same name with other options.
const CONFLICTING_OPTIONS: [i32; 2] = [85, 86];

/// Creates the indexes that do not exist.
pub(super) async fn create(
    connection: &MongoConnection,
    retention: Option<Duration>,
) -> Result<(), StoreError> {
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
        connection
            .command(create_index(collection, doc! { "key": key, "name": name }))
            .await?;
    }
    let Some(retention) = retention else {
        return Ok(());
    };
    for (collection, field) in [(EVENTS, "occurred"), (JOBS, "finished")] {
        create_expiry_index(connection, collection, field, retention).await?;
    }
    Ok(())
}

fn create_index(collection: &str, index: Document) -> Document {
    doc! { "createIndexes": collection, "indexes": [index] }
}

/// Makes the server delete documents whose date in `field` is older than `retention`. Documents without that field stay.
async fn create_expiry_index(
    connection: &MongoConnection,
    collection: &str,
    field: &str,
    retention: Duration,
) -> Result<(), StoreError> {
    // The longest duration that the server accepts.
    let seconds = i32::try_from(retention.as_secs()).unwrap_or(i32::MAX);
    let name = format!("{field}_expiry");
    let index = doc! { "key": { field: 1 }, "name": &name, "expireAfterSeconds": seconds };
    let Err(error) = connection
        .try_command(create_index(collection, index))
        .await?
    else {
        return Ok(());
    };
    match rejection_code(&error) {
        Some(code) if UNSUPPORTED_OPTION.contains(&code) => {
            tracing::warn!(
                collection,
                "the server of the archive does not support expiry; nothing is removed from it by age"
            );
            Ok(())
        }
        Some(code) if CONFLICTING_OPTIONS.contains(&code) => {
            let index = doc! { "name": name, "expireAfterSeconds": seconds };
            let change = doc! { "collMod": collection, "index": index };
            connection.command(change).await.map(drop)
        }
        _ => Err(mongo_failed(&error)),
    }
}
