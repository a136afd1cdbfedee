use std::sync::Arc;
use std::time::Instant;

use deadpool_postgres::{Client, Object};
use futures_util::future::BoxFuture;
use odd_contracts::Timestamp;
use odd_core::TransactionCounters;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, SimpleQueryMessage};

use crate::codec::JsonText;
use crate::error::{DbResult, damaged};
use crate::shared::Shared;

/// A parameter of a statement.
pub(crate) type Param<'a> = &'a (dyn ToSql + Sync);

/// The parameters of a statement.
pub(crate) type Params<'a> = [Param<'a>];

/// A statement that a transaction may need: whether it does, the SQL, and the parameters.
pub(crate) type Step<'a> = (bool, &'a str, &'a Params<'a>);

/// A statement that is sent when the future is first polled.
pub(crate) type Statement<'a> = BoxFuture<'a, DbResult<Vec<Row>>>;

/// Most statements of one [`pipeline`]: `join_all` polls more than 30 futures in no defined order.
const PIPELINE_LIMIT: usize = 16;

/// A transaction on a connection of its own. Dropping it before its end closes the connection, and the server rolls
/// back: a connection never returns to the pool in the middle of a transaction.
pub(crate) struct Transaction {
    client: Option<Client>,
    began: Instant,
    counters: Arc<TransactionCounters>,
}

impl Transaction {
    /// Reserves a connection; sends nothing to the server.
    pub(crate) async fn on(shared: &Shared) -> DbResult<Self> {
        let client = Some(shared.writers.get().await?);
        Ok(Self {
            client,
            began: Instant::now(),
            counters: shared.transactions.clone(),
        })
    }

    fn client(&self) -> &Client {
        self.client
            .as_ref()
            .expect("the connection is there until the end")
    }

    /// Begins, and runs the first statement in the same pipeline.
    pub(crate) async fn begin_with(&self, sql: &str, params: &Params<'_>) -> DbResult<Vec<Row>> {
        self.prepare(sql).await?;
        let mut answers = pipeline(vec![self.begin(), self.query(sql, params)]).await?;
        Ok(answers.pop().expect("one answer for each statement"))
    }

    /// Prepares a statement, unless this connection has done so before. Every statement of a pipeline must be prepared
    /// before the pipeline starts.
    pub(crate) async fn prepare(&self, sql: &str) -> DbResult<()> {
        self.client().prepare_cached(sql).await?;
        Ok(())
    }

    /// `BEGIN`.
    pub(crate) fn begin(&self) -> Statement<'_> {
        self.simple("BEGIN")
    }

    /// `COMMIT`.
    pub(crate) fn commit(&self) -> Statement<'_> {
        self.simple("COMMIT")
    }

    /// Prepares the needed steps and returns them as statements, in order.
    pub(crate) async fn queries<'a>(&'a self, steps: &[Step<'a>]) -> DbResult<Vec<Statement<'a>>> {
        let needed = || steps.iter().filter(|(is_needed, ..)| *is_needed);
        for (_, sql, _) in needed() {
            self.prepare(sql).await?;
        }
        Ok(needed()
            .map(|(_, sql, params)| self.query(sql, params))
            .collect())
    }

    /// Sends statements, then appends the events that they inserted, `count` of them, to the log, and commits. Returns
    /// the answers and the position of the last event.
    ///
    /// Appending and committing are one message: the server never waits for this process while it holds the lock of the
    /// log. `at` is the time of the events; `None` is the time of the transaction. `pruned` describes removed jobs,
    /// for a commit that has no events.
    pub(crate) async fn append_and_commit(
        &self,
        statements: Vec<Statement<'_>>,
        count: usize,
        at: Option<Timestamp>,
        pruned: Option<&JsonText>,
    ) -> DbResult<(Vec<Vec<Row>>, i64)> {
        let at = at.map_or_else(|| "NULL".to_owned(), |at| format!("'{at}'"));
        let pruned = pruned.map_or_else(|| "NULL".to_owned(), |text| literal(&text.0));
        let sql =
            format!("SELECT append_commit({count}, {at}::timestamptz, {pruned}::json); COMMIT");
        let append = async { Ok(self.client().simple_query(&sql).await?) };
        let (answers, appended) = futures_util::join!(pipeline(statements), append);
        let (answers, appended): (_, DbResult<Vec<SimpleQueryMessage>>) = (answers?, appended);
        let position = appended?.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0)?.parse().ok(),
            _ => None,
        });
        let position = position.ok_or_else(|| damaged("append_commit returned no position"))?;
        Ok((answers, position))
    }

    fn simple<'a>(&'a self, sql: &'static str) -> Statement<'a> {
        Box::pin(async move {
            self.client().batch_execute(sql).await?;
            Ok(Vec::new())
        })
    }

    /// Runs a statement.
    pub(crate) fn query<'a>(&'a self, sql: &'a str, params: &'a Params<'a>) -> Statement<'a> {
        Box::pin(async move {
            let statement = self.client().prepare_cached(sql).await?;
            Ok(self.client().query(&statement, params).await?)
        })
    }

    /// Returns the connection to the pool after a commit.
    pub(crate) fn release(mut self) {
        self.counters.count_changed(self.began.elapsed());
        self.client = None;
    }

    /// Ends a transaction that found nothing to change, and returns the connection to the pool.
    pub(crate) async fn roll_back(mut self) -> DbResult<()> {
        self.client().batch_execute("ROLLBACK").await?;
        self.counters.count_unchanged();
        self.client = None;
        Ok(())
    }
}

/// Quotes text as a string constant of SQL. The quote is the only special character because every session turns
/// `standard_conforming_strings` on.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            self.counters.count_rolled_back();
            drop(Object::take(client));
        }
    }
}

/// Sends statements in order without waiting in between. Returns their answers in order, or the first error.
///
/// The server runs them one after another. When one fails, the server refuses the rest of the transaction, including the
/// commit.
pub(crate) async fn pipeline(statements: Vec<Statement<'_>>) -> DbResult<Vec<Vec<Row>>> {
    debug_assert!(
        statements.len() <= PIPELINE_LIMIT,
        "join_all would not poll them in order"
    );
    futures_util::future::join_all(statements)
        .await
        .into_iter()
        .collect()
}
