use deadpool_postgres::{Client, Object, Pool};
use futures_util::future::BoxFuture;
use odd_contracts::Timestamp;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, SimpleQueryMessage};

use crate::codec::JsonText;
use crate::error::{DbResult, damaged};

/// A parameter of a statement.
pub(crate) type Param<'a> = &'a (dyn ToSql + Sync);

/// Parameters of a statement.
pub(crate) type Params<'a> = [Param<'a>];

/// A statement on its way.
pub(crate) type Sent<'a> = BoxFuture<'a, DbResult<Vec<Row>>>;

/// Statements sent together at most: what [`flight`] polls in order.
const FLIGHT: usize = 16;

/// A transaction on a connection of its own. Dropped before its end, it closes the connection, and the server gives up
/// what was done: a connection never goes back to the pool in the middle of something.
pub(crate) struct Transaction {
    client: Option<Client>,
}

impl Transaction {
    /// Takes a connection; nothing is said to the server yet.
    pub(crate) async fn on(pool: &Pool) -> DbResult<Self> {
        let client = Some(pool.get().await?);
        Ok(Self { client })
    }

    fn client(&self) -> &Client {
        self.client
            .as_ref()
            .expect("the connection is there until the end")
    }

    /// Begins, and runs the first statement in the same flight.
    pub(crate) async fn begin_with(&self, sql: &str, params: &Params<'_>) -> DbResult<Vec<Row>> {
        self.prepare(sql).await?;
        let mut answers = flight(vec![self.begin(), self.query(sql, params)]).await?;
        Ok(answers.pop().expect("one answer for each statement"))
    }

    /// Has the server parse a statement, unless this connection knows it. Those that are to fly together must be known.
    pub(crate) async fn prepare(&self, sql: &str) -> DbResult<()> {
        self.client().prepare_cached(sql).await?;
        Ok(())
    }

    /// `BEGIN`.
    pub(crate) fn begin(&self) -> Sent<'_> {
        self.simple("BEGIN")
    }

    /// `COMMIT`.
    pub(crate) fn commit(&self) -> Sent<'_> {
        self.simple("COMMIT")
    }

    /// Sends statements, then puts the events that they wrote, `count` of them, at the end of the log, and commits. Returns
    /// the position of the last.
    ///
    /// Both steps are one message: the server never waits for this process while it keeps others from the end of the log.
    /// `at` is the time of the events, else that of the transaction. `pruned` tells of removed jobs, in place of events.
    pub(crate) async fn send_and_append(
        &self,
        statements: Vec<Sent<'_>>,
        count: usize,
        at: Option<Timestamp>,
        pruned: Option<&JsonText>,
    ) -> DbResult<(Vec<Vec<Row>>, i64)> {
        let at = at.map_or_else(|| "NULL".to_owned(), |at| format!("'{at}'"));
        let pruned = pruned.map_or_else(|| "NULL".to_owned(), |text| literal(&text.0));
        let sql =
            format!("SELECT append_commit({count}, {at}::timestamptz, {pruned}::json); COMMIT");
        let append = async { Ok(self.client().simple_query(&sql).await?) };
        let (answers, appended) = futures_util::join!(flight(statements), append);
        let (answers, appended): (_, DbResult<Vec<SimpleQueryMessage>>) = (answers?, appended);
        let position = appended?.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0)?.parse().ok(),
            _ => None,
        });
        let position = position.ok_or_else(|| damaged("no position was given"))?;
        Ok((answers, position))
    }

    fn simple<'a>(&'a self, sql: &'static str) -> Sent<'a> {
        Box::pin(async move {
            self.client().batch_execute(sql).await?;
            Ok(Vec::new())
        })
    }

    /// Runs a statement.
    pub(crate) fn query<'a>(&'a self, sql: &'a str, params: &'a Params<'a>) -> Sent<'a> {
        Box::pin(async move {
            let statement = self.client().prepare_cached(sql).await?;
            Ok(self.client().query(&statement, params).await?)
        })
    }

    /// Gives the connection back after a commit.
    pub(crate) fn end(mut self) {
        self.client = None;
    }

    /// Gives up what was done.
    pub(crate) async fn roll_back(mut self) -> DbResult<()> {
        self.client().batch_execute("ROLLBACK").await?;
        self.client = None;
        Ok(())
    }
}

/// Text as a string constant of SQL; nothing in it has another meaning as long as `standard_conforming_strings` is on,
/// which every session asks for.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}

/// Sends statements in order without waiting in between; their answers in order, or the first error.
///
/// The server runs them one after another. When one fails, it refuses the rest of the transaction, the commit included.
pub(crate) async fn flight(statements: Vec<Sent<'_>>) -> DbResult<Vec<Vec<Row>>> {
    debug_assert!(statements.len() <= FLIGHT, "more are not polled in order");
    futures_util::future::join_all(statements)
        .await
        .into_iter()
        .collect()
}
