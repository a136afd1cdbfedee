use std::future::IntoFuture;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mongodb::bson::{Document, doc};
use mongodb::error::{Error, ErrorKind};
use mongodb::event::EventHandler;
use mongodb::event::sdam::SdamEvent;
use mongodb::options::{ClientOptions, Tls};
use mongodb::{Client, Collection, Database};
use odd_core::ports::StoreError;
use tokio::sync::OnceCell;
use tokio::time::timeout;

use super::error::{
    damaged, invalid_url, is_transient_code, mongo_failed, no_server, rejection_code,
};
use crate::MongoConfig;
use crate::backend::{failed, install_crypto_provider, no_answer};

/// Error code for a key that a unique index already contains.
const DUPLICATE_KEY: i32 = 11_000;

/// Most statements in one `update` command.
const UPDATE_BATCH: usize = 1_000;

/// Most statements in one `update` command to FerretDB on SQLite. Each of them holds one of its hundred connections until
/// the last one is done, so a longer command, or several of these, would deadlock.
const FERRETDB_UPDATE_BATCH: usize = 16;

/// A connection pool to one database. Cheap to clone.
#[derive(Clone)]
pub(super) struct MongoConnection {
    database: Database,
    time_limit: Duration,
    is_ferretdb: Arc<OnceCell<bool>>,
    last_heartbeat_error: HeartbeatError,
}

/// The error of the last heartbeat of any server, if it failed. The driver reports that no server can be selected as text
/// only; this is a typed cause.
type HeartbeatError = Arc<Mutex<Option<Error>>>;

/// Result of a write command.
struct WriteResult {
    /// Indexes of the statements that failed because their key exists already.
    duplicates: Vec<usize>,
    /// Number of documents that were inserted or matched.
    document_count: i32,
}

impl MongoConnection {
    /// Prepares a pool. It connects on the first call.
    pub(super) async fn new(config: &MongoConfig) -> Result<Self, StoreError> {
        install_crypto_provider();
        let rejected = |error: Error| invalid_url(&error, &config.url);
        let mut options = ClientOptions::parse(&config.url).await.map_err(rejected)?;
        if let Some(Tls::Enabled(tls)) = &mut options.tls {
            tls.ca_file_path = tls.ca_file_path.take().or_else(|| config.ca_file.clone());
        }
        // Shorter than the time limit of a call, so that the driver reports why it cannot connect.
        options.server_selection_timeout = Some(config.time_limit * 3 / 4);
        options.connect_timeout = Some(config.time_limit / 2);
        let last_heartbeat_error = HeartbeatError::default();
        options.sdam_event_handler = Some(record_heartbeats(last_heartbeat_error.clone()));
        let database_in_url = options.default_database.clone();
        let client = Client::with_options(options).map_err(rejected)?;
        let database = client.database(database_in_url.as_deref().unwrap_or(&config.database));
        Ok(Self {
            database,
            time_limit: config.time_limit,
            is_ferretdb: Arc::new(OnceCell::new_with(config.is_ferretdb)),
            last_heartbeat_error,
        })
    }

    pub(super) fn collection(&self, name: &str) -> Collection<Document> {
        self.database.collection(name)
    }

    /// Waits for a call of the driver, up to the time limit.
    pub(super) async fn with_timeout<T>(
        &self,
        call: impl IntoFuture<Output = mongodb::error::Result<T>>,
    ) -> Result<T, StoreError> {
        match timeout(self.time_limit, call.into_future()).await {
            Ok(answer) => answer.map_err(|error| self.failure(error)),
            Err(_) => Err(self.no_answer()),
        }
    }

    /// Runs a command whose answer is one document.
    pub(super) async fn command(&self, command: Document) -> Result<Document, StoreError> {
        self.with_timeout(self.database.run_command(command)).await
    }

    /// Runs a command as [`Self::command`] does. A rejection by the server is returned as the inner error.
    pub(super) async fn try_command(
        &self,
        command: Document,
    ) -> Result<Result<Document, Error>, StoreError> {
        match timeout(self.time_limit, self.database.run_command(command)).await {
            Ok(Err(error)) if rejection_code(&error).is_none() => Err(self.failure(error)),
            Ok(answer) => Ok(answer),
            Err(_) => Err(self.no_answer()),
        }
    }

    fn no_answer(&self) -> StoreError {
        no_answer("the archive on MongoDB", self.time_limit)
    }

    fn failure(&self, error: Error) -> StoreError {
        match &*error.kind {
            ErrorKind::ServerSelection { message, .. } => {
                no_server(message, lock(&self.last_heartbeat_error).as_ref())
            }
            _ => mongo_failed(&error),
        }
    }

    /// Runs an unordered `insert` or `update` in batches. Returns the indexes of the statements whose key exists already,
    /// in ascending order; all other statements took effect.
    pub(super) async fn write(
        &self,
        kind: &str,
        collection: &str,
        field: &str,
        statements: Vec<Document>,
    ) -> Result<Vec<usize>, StoreError> {
        let batch_size = match kind {
            "update" if self.is_ferretdb().await? => FERRETDB_UPDATE_BATCH,
            "update" => UPDATE_BATCH,
            _ => statements.len().max(1),
        };
        let mut duplicates = Vec::new();
        for (batch, statements) in statements.chunks(batch_size).enumerate() {
            let result = self.write_batch(kind, collection, field, statements);
            let indexes = result.await?.duplicates.into_iter();
            duplicates.extend(indexes.map(|index| batch * batch_size + index));
        }
        Ok(duplicates)
    }

    /// Runs one `update` statement without upsert. Returns `true` if it matched a document.
    pub(super) async fn update(
        &self,
        collection: &str,
        statement: Document,
    ) -> Result<bool, StoreError> {
        let statements = [statement];
        let result = self.write_batch("update", collection, "updates", &statements);
        Ok(result.await?.document_count > 0)
    }

    /// Returns `true` if the server is FerretDB, which lacks some features and needs smaller commands.
    pub(super) async fn is_ferretdb(&self) -> Result<bool, StoreError> {
        let query = || async {
            let build_info = self.command(doc! { "buildInfo": 1 }).await?;
            Ok(build_info.contains_key("ferretdbVersion"))
        };
        self.is_ferretdb.get_or_try_init(query).await.copied()
    }

    async fn write_batch(
        &self,
        kind: &str,
        collection: &str,
        field: &str,
        statements: &[Document],
    ) -> Result<WriteResult, StoreError> {
        let mut command = doc! { kind: collection, "ordered": false };
        command.insert(field, statements.to_vec());
        command.insert("writeConcern", doc! { "w": "majority" });
        let answer = self.command(command).await?;
        if let Some(error) = answer.get("writeConcernError") {
            let source = error.to_string();
            let message = "the archive on MongoDB: write concern not satisfied";
            return Err(StoreError::unavailable(message, source));
        }
        let mut duplicates = Vec::new();
        for error in answer.get_array("writeErrors").into_iter().flatten() {
            let error = error
                .as_document()
                .ok_or_else(|| damaged(error.to_string()))?;
            match number(error, "code")? {
                DUPLICATE_KEY => {
                    let index = number(error, "index")?;
                    duplicates.push(usize::try_from(index).map_err(damaged)?);
                }
                code => {
                    let source = error.get_str("errmsg").unwrap_or_default();
                    let message = "the archive on MongoDB: write failed";
                    return Err(failed(is_transient_code(code), message, source));
                }
            }
        }
        duplicates.sort_unstable();
        Ok(WriteResult {
            duplicates,
            document_count: answer.get_i32("n").unwrap_or(0),
        })
    }
}

fn number(document: &Document, name: &str) -> Result<i32, StoreError> {
    document.get_i32(name).map_err(damaged)
}

fn record_heartbeats(last_error: HeartbeatError) -> EventHandler<SdamEvent> {
    EventHandler::callback(move |event| match event {
        SdamEvent::ServerHeartbeatFailed(event) => *lock(&last_error) = Some(event.failure),
        SdamEvent::ServerHeartbeatSucceeded(_) => *lock(&last_error) = None,
        _ => {}
    })
}

fn lock(last_error: &Mutex<Option<Error>>) -> std::sync::MutexGuard<'_, Option<Error>> {
    // The value is replaced as a whole, so a panic elsewhere cannot leave it inconsistent.
    last_error.lock().unwrap_or_else(PoisonError::into_inner)
}
