use std::future::IntoFuture;
use std::sync::Arc;

use mongodb::bson::{Document, doc};
use mongodb::options::{ClientOptions, Tls};
use mongodb::{Client, Collection, Database};
use odd_core::ports::StoreError;
use tokio::sync::OnceCell;
use tokio::time::timeout;

use super::error::{damaged, mongo_failed, passing_code, without_password};
use crate::MongoConfig;

/// The code of a unique index that has the key already.
const DUPLICATE_KEY: i32 = 11_000;

/// Statements of one `update`.
const UPDATES: usize = 1_000;

/// The same for FerretDB on SQLite: each holds one of its hundred connections until the last has been done, so that a
/// longer command would wait for itself for ever, and so would several of these.
const UPDATES_OF_FERRETDB: usize = 16;

/// A connection to a database. Cheap to clone.
#[derive(Clone)]
pub(super) struct Server {
    database: Database,
    time_limit: std::time::Duration,
    is_ferretdb: Arc<OnceCell<bool>>,
}

/// What became of a command that writes.
struct Written {
    /// The statements that met a key that is there already.
    duplicates: Vec<usize>,
    /// How many documents were inserted or found.
    documents: i32,
}

impl Server {
    /// Connects on the first call.
    pub(super) async fn new(config: &MongoConfig) -> Result<Self, StoreError> {
        // The first provider that is installed stays; this one is the only one here.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let refused = |error: mongodb::error::Error| match mongo_failed(&error) {
            StoreError::Unavailable(text) => {
                StoreError::Unavailable(without_password(&text.to_string(), &config.url).into())
            }
            other => StoreError::Broken(without_password(&other.to_string(), &config.url).into()),
        };
        let mut options = ClientOptions::parse(&config.url).await.map_err(refused)?;
        if let Some(Tls::Enabled(tls)) = &mut options.tls {
            tls.ca_file_path = tls.ca_file_path.take().or_else(|| config.ca_file.clone());
        }
        // Less than a call has, so that the driver can say what is wrong.
        options.server_selection_timeout = Some(config.time_limit * 3 / 4);
        options.connect_timeout = Some(config.time_limit / 2);
        let named = options.default_database.clone();
        let client = Client::with_options(options).map_err(refused)?;
        let database = client.database(named.as_deref().unwrap_or(&config.database));
        Ok(Self {
            database,
            time_limit: config.time_limit,
            is_ferretdb: Arc::new(OnceCell::new_with(config.is_ferretdb)),
        })
    }

    pub(super) fn collection(&self, name: &str) -> Collection<Document> {
        self.database.collection(name)
    }

    /// Waits for a call of the driver, but not for long.
    pub(super) async fn within<T>(
        &self,
        call: impl IntoFuture<Output = mongodb::error::Result<T>>,
    ) -> Result<T, StoreError> {
        match timeout(self.time_limit, call.into_future()).await {
            Ok(answer) => answer.map_err(|error| mongo_failed(&error)),
            Err(_) => Err(StoreError::Unavailable(
                format!(
                    "the archive on MongoDB: no answer within {:?}",
                    self.time_limit
                )
                .into(),
            )),
        }
    }

    /// Runs a command that is answered with one document.
    pub(super) async fn command(&self, command: Document) -> Result<Document, StoreError> {
        self.within(self.database.run_command(command)).await
    }

    /// The same, where a refusal is to be looked at.
    pub(super) async fn try_command(
        &self,
        command: Document,
    ) -> Result<Result<Document, mongodb::error::Error>, StoreError> {
        match timeout(self.time_limit, self.database.run_command(command)).await {
            Ok(Err(error)) if super::error::refusal(&error).is_none() => Err(mongo_failed(&error)),
            Ok(answer) => Ok(answer),
            Err(_) => Err(StoreError::Unavailable(
                "the archive on MongoDB: no answer".into(),
            )),
        }
    }

    /// Runs an unordered `insert` or `update`. The indexes of the statements that met a key that is there already,
    /// in ascending order; every other one took effect.
    pub(super) async fn write(
        &self,
        kind: &str,
        collection: &str,
        member: &str,
        statements: Vec<Document>,
    ) -> Result<Vec<usize>, StoreError> {
        let at_once = match kind {
            "update" if self.is_ferretdb().await? => UPDATES_OF_FERRETDB,
            "update" => UPDATES,
            _ => statements.len().max(1),
        };
        let mut duplicates = Vec::new();
        for (step, statements) in statements.chunks(at_once).enumerate() {
            let written = self.write_some(kind, collection, member, statements);
            let met = written.await?.duplicates;
            duplicates.extend(met.into_iter().map(|index| step * at_once + index));
        }
        Ok(duplicates)
    }

    /// Runs one statement of an update that makes nothing. Whether there was something to change.
    pub(super) async fn update(
        &self,
        collection: &str,
        statement: Document,
    ) -> Result<bool, StoreError> {
        let statements = [statement];
        let written = self.write_some("update", collection, "updates", &statements);
        Ok(written.await?.documents > 0)
    }

    /// Whether the server is FerretDB, for which some things have to be said in another way.
    pub(super) async fn is_ferretdb(&self) -> Result<bool, StoreError> {
        let ask = || async {
            let about = self.command(doc! { "buildInfo": 1 }).await?;
            Ok(about.contains_key("ferretdbVersion"))
        };
        self.is_ferretdb.get_or_try_init(ask).await.copied()
    }

    async fn write_some(
        &self,
        kind: &str,
        collection: &str,
        member: &str,
        statements: &[Document],
    ) -> Result<Written, StoreError> {
        let mut command = doc! { kind: collection, "ordered": false };
        command.insert(member, statements.to_vec());
        command.insert("writeConcern", doc! { "w": "majority" });
        let answer = self.command(command).await?;
        if let Some(concern) = answer.get("writeConcernError") {
            return Err(StoreError::Unavailable(
                format!("the archive on MongoDB: {concern}").into(),
            ));
        }
        let mut duplicates = Vec::new();
        for error in answer.get_array("writeErrors").into_iter().flatten() {
            let error = error.as_document().ok_or_else(|| damaged(error))?;
            match number(error, "code")? {
                DUPLICATE_KEY => {
                    let index = number(error, "index")?;
                    duplicates.push(usize::try_from(index).map_err(damaged)?);
                }
                code => {
                    let message = format!(
                        "the archive on MongoDB: {}",
                        error.get_str("errmsg").unwrap_or_default()
                    );
                    return Err(match passing_code(code) {
                        true => StoreError::Unavailable(message.into()),
                        false => StoreError::Broken(message.into()),
                    });
                }
            }
        }
        duplicates.sort_unstable();
        Ok(Written {
            duplicates,
            documents: answer.get_i32("n").unwrap_or(0),
        })
    }
}

fn number(document: &Document, name: &str) -> Result<i32, StoreError> {
    document.get_i32(name).map_err(damaged)
}
