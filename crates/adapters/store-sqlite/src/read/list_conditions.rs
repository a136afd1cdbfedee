use odd_contracts::{IdDigits, JobStatus};
use odd_core::ports::JobQuery;
use rusqlite::types::ToSql;

use super::list_index::{IndexedJobs, SCAN_LIMIT, order};
use crate::codec::{fingerprint_column, status_column};

/// The conditions of a listing.
#[derive(Default)]
pub(super) struct Conditions {
    /// Answered by an index or by the order of the rows.
    pub(super) scan: Vec<String>,
    /// Checked for each row.
    pub(super) filter: Vec<String>,
    /// The values of both.
    pub(super) values: Vec<Box<dyn ToSql>>,
}

/// Which index a listing reads.
pub(super) enum Index {
    /// The index of ids.
    Ids,
    /// That of a status, if there is one.
    Status(Option<IndexedJobs>),
}

/// Returns the conditions of a query that reads an index.
pub(super) fn conditions(query: &JobQuery, index: Index) -> Conditions {
    let mut conditions = Conditions::default();
    conditions.cursor(query);
    // An index that is read in parts must not be combined with another one: a part without a match would look like the end.
    let is_whole = !matches!(
        index,
        Index::Ids | Index::Status(Some(IndexedJobs::Next(_)))
    );
    conditions.index(query, index);
    conditions.tags(query, is_whole);
    conditions.statuses(query);
    conditions.labels(query);
    conditions.times(query);
    conditions
}

impl Conditions {
    /// Adds a value and returns its placeholder.
    fn value(&mut self, value: impl ToSql + 'static) -> String {
        self.values.push(Box::new(value));
        format!("?{}", self.values.len())
    }

    /// Adds the cursor, which other conditions refer to as the first value.
    fn cursor(&mut self, query: &JobQuery) {
        if let Some(cursor) = query.cursor {
            let (sign, _) = order(query);
            let cursor = self.value(i64::try_from(cursor).unwrap_or(i64::MAX));
            self.scan.push(format!("j.job {sign} {cursor}"));
        }
    }

    fn index(&mut self, query: &JobQuery, index: Index) {
        let numbers = match index {
            Index::Ids => {
                self.compared_fingerprint(query);
                self.indexed_ids(query)
            }
            Index::Status(index) => {
                self.compared_ids(query);
                match index {
                    None => return,
                    Some(IndexedJobs::Query(numbers) | IndexedJobs::Next(numbers)) => numbers,
                    Some(IndexedJobs::Numbers(numbers)) => {
                        format!("SELECT value FROM json_each({})", self.value(numbers))
                    }
                }
            }
        };
        self.scan.push(format!("j.job IN ({numbers})"));
    }

    /// Returns a query for the next numbers of jobs whose ids begin and end as they should.
    fn indexed_ids(&mut self, query: &JobQuery) -> String {
        let mut ids = self.id_parts("id", query);
        let (sign, direction) = order(query);
        if query.cursor.is_some() {
            ids.push(format!("job {sign} ?1"));
        }
        let ids = ids.join(" AND ");
        format!("SELECT job FROM jobs WHERE {ids} ORDER BY job {direction} LIMIT {SCAN_LIMIT} + 1")
    }

    fn compared_fingerprint(&mut self, query: &JobQuery) {
        if let Some(fingerprint) = query.fingerprint {
            let fingerprint = self.value(fingerprint_column(fingerprint));
            let status = status_column(JobStatus::Failed);
            self.filter.push(format!(
                "EXISTS (SELECT 1 FROM unsuccessful u WHERE u.status = {status} AND u.job = j.job \
                 AND u.fingerprint = {fingerprint})"
            ));
        }
    }

    fn compared_ids(&mut self, query: &JobQuery) {
        let ids = self.id_parts("j.id", query);
        self.filter.extend(ids);
    }

    fn id_parts(&mut self, column: &str, query: &JobQuery) -> Vec<String> {
        let prefix = query.id_prefix.as_ref();
        let prefix = prefix.map(|prefix| self.between(column, prefix));
        let suffix = query.id_suffix.as_ref();
        let suffix = suffix.map(|suffix| self.ends_with(column, suffix));
        prefix.into_iter().chain(suffix).collect()
    }

    fn between(&mut self, column: &str, prefix: &IdDigits) -> String {
        let first = self.value(prefix.first_id().0);
        let last = self.value(prefix.last_id().0);
        format!("{column} >= {first} AND {column} <= {last}")
    }

    fn ends_with(&mut self, column: &str, suffix: &IdDigits) -> String {
        let length = suffix.as_str().len();
        let suffix = self.value(suffix.as_str().to_ascii_uppercase());
        format!("substr(hex({column}), -{length}) = {suffix}")
    }

    fn statuses(&mut self, query: &JobQuery) {
        if query.dead_letters {
            self.filter.push("j.state ->> '$.parked'".into());
        }
        let statuses = query.statuses.iter();
        let mut codes: Vec<_> = statuses.map(|status| status_column(*status)).collect();
        if codes.is_empty() {
            return;
        }
        if query.statuses.contains(&JobStatus::Executing) {
            // The row of a running job may be older; the caller checks the status after its update.
            codes.push(status_column(JobStatus::Pending));
        }
        let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
        self.filter
            .push(format!("j.status IN ({})", codes.join(", ")));
    }

    fn tags(&mut self, query: &JobQuery, by_index: bool) {
        for tag in &query.tags {
            let tag = self.value(tag.clone());
            match by_index {
                true => self.scan.push(format!(
                    "j.job IN (SELECT job FROM job_tags WHERE tag = {tag})"
                )),
                false => self.filter.push(has_tag(&tag)),
            }
        }
        for tag in &query.not_tags {
            let tag = self.value(tag.clone());
            self.filter.push(format!("NOT {}", has_tag(&tag)));
        }
    }

    fn labels(&mut self, query: &JobQuery) {
        let types = query.job_type.iter().map(|name| ("type =", name.as_str()));
        let not_types = query
            .not_types
            .iter()
            .map(|name| ("type <>", name.as_str()));
        let queues = query.queue.iter().map(|name| ("queue =", name.as_str()));
        let not_queues = query
            .not_queues
            .iter()
            .map(|name| ("queue <>", name.as_str()));
        for (comparison, name) in types.chain(not_types).chain(queues).chain(not_queues) {
            let name = self.value(name.to_owned());
            self.filter.push(format!("j.{comparison} {name}"));
        }
    }

    fn times(&mut self, query: &JobQuery) {
        for (sign, time) in [(">=", query.since), ("<", query.until)] {
            if let Some(time) = time {
                let time = self.value(time.as_micros());
                self.filter.push(format!("j.created_at {sign} {time}"));
            }
        }
    }
}

fn has_tag(tag: &str) -> String {
    format!("EXISTS (SELECT 1 FROM job_tags t WHERE t.tag = {tag} AND t.job = j.job)")
}
