-- One row for each job: its submission and its state. `job` is a local row number in order of acceptance;
-- statuses are indexes into JobStatus::ALL, plus 2; times are microseconds since the Unix epoch.
-- The row of a job that completes in its first attempt keeps its length, so that SQLite overwrites it in place:
-- `started_at` becomes as long as `due_at` was, and `version` as long as `attempt_limit`.
-- While a worker runs a job, its row may still say PENDING: see `claims`.
CREATE TABLE jobs (
    job           INTEGER PRIMARY KEY,
    status        INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    last_seq      INTEGER NOT NULL,
    attempt       INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    started_at    INTEGER,
    id            BLOB    NOT NULL,
    correlation   BLOB    NOT NULL,
    type          TEXT    NOT NULL,
    queue         TEXT    NOT NULL,
    priority      INTEGER NOT NULL,
    run           INTEGER NOT NULL,
    attempt_limit INTEGER NOT NULL,
    max_attempts  INTEGER NOT NULL,
    timeout_ms    INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    due_at        INTEGER NOT NULL, -- PENDING since then, SCHEDULED or RETRYING until then; unused later
    options       TEXT,             -- JSON of what few submissions use: src/columns.rs
    state         TEXT,             -- JSON of what few jobs need later: src/columns.rs
    payload       TEXT              -- a small one; last, because reading a column passes over those before it
) STRICT;
CREATE UNIQUE INDEX jobs_id ON jobs (id);

-- Payloads that are not small. They are not in `jobs`, because an update writes the whole row.
CREATE TABLE job_payloads (
    job     INTEGER PRIMARY KEY,
    payload TEXT NOT NULL
) STRICT;

CREATE TABLE idempotency_keys (
    idempotency_key TEXT    NOT NULL PRIMARY KEY,
    job             INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Idempotency keys of submissions that an existing job with the same unique key answered.
CREATE TABLE shared_keys (
    idempotency_key TEXT    NOT NULL PRIMARY KEY,
    job             INTEGER NOT NULL,
    fingerprint     BLOB    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX shared_keys_job ON shared_keys (job);

-- Indexes by status are separate tables, not partial indexes of `jobs`: SQLite evaluates a partial index whenever a row
-- is written, while a table is written only when a job enters or leaves it (`StatusIndex` in src/row.rs).

-- PENDING jobs in the order in which they are claimed, as ranges of jobs that became ready together and have
-- consecutive numbers; `rank` is the negated priority.
CREATE TABLE ready (
    type     TEXT    NOT NULL,
    rank     INTEGER NOT NULL,
    ready_at INTEGER NOT NULL,
    first    INTEGER NOT NULL,
    last     INTEGER NOT NULL,
    queue    TEXT    NOT NULL,
    PRIMARY KEY (type, rank, ready_at, first)
) STRICT, WITHOUT ROWID;

-- SCHEDULED and RETRYING jobs by the time they wait for.
CREATE TABLE delayed (
    run_at INTEGER NOT NULL,
    job    INTEGER NOT NULL,
    PRIMARY KEY (run_at, job)
) STRICT, WITHOUT ROWID;

-- FAILED and CANCELLED jobs.
CREATE TABLE unsuccessful (
    status INTEGER NOT NULL,
    job    INTEGER NOT NULL,
    PRIMARY KEY (status, job)
) STRICT, WITHOUT ROWID;

-- The keys that unfinished jobs carry.
CREATE TABLE unique_keys (
    unique_key TEXT    NOT NULL PRIMARY KEY,
    job        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Jobs that one worker claimed together, as [job, attempt, version, last_seq] each: enough to end their attempts after
-- a crash. The row is deleted when the last of them has ended. The writer keeps the leases in memory
-- (src/write/running_attempts.rs); no other process can have one.
CREATE TABLE claims (
    claim      INTEGER PRIMARY KEY,
    worker     TEXT    NOT NULL,
    started_at INTEGER NOT NULL,
    jobs       TEXT    NOT NULL
) STRICT;

CREATE TABLE job_tags (
    tag TEXT    NOT NULL,
    job INTEGER NOT NULL,
    PRIMARY KEY (tag, job)
) STRICT, WITHOUT ROWID;

-- Attempts that have ended, except those whose events describe them completely: a first attempt that completes the job
-- with a small result (src/write/session.rs).
CREATE TABLE job_attempts (
    job           INTEGER NOT NULL,
    attempt       INTEGER NOT NULL,
    run           INTEGER NOT NULL,
    worker        TEXT    NOT NULL,
    outcome       INTEGER NOT NULL,
    started_at    INTEGER NOT NULL,
    finished_at   INTEGER NOT NULL,
    error_reason  TEXT,
    error_message TEXT,
    result        TEXT,
    PRIMARY KEY (job, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE job_logs (
    job     INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    line_no INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    stream  INTEGER NOT NULL,
    line    TEXT    NOT NULL,
    PRIMARY KEY (job, attempt, line_no)
) STRICT, WITHOUT ROWID;

-- Outbox and history, append-only. One writer numbers the events in commit order, so reading past the last seen number
-- misses nothing. A segment holds consecutive events of one transaction as a JSON array; `last_seq` is the number of
-- the last. Pruned events leave a null in their place.
CREATE TABLE event_segments (
    last_seq INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    events   TEXT    NOT NULL
) STRICT;

-- For queries by hand: one row for each event. `prev` links the events of a job from newest to oldest; `correlation` is
-- null if it is the job's own.
CREATE VIEW job_events (seq, at, kind, producer, job, version, previous, attempt, prev, millis, correlation, detail) AS
SELECT s.last_seq - json_array_length(s.events) + 1 + e.key, s.at,
       e.value ->> 0, e.value ->> 1, e.value ->> 2, e.value ->> 3, e.value ->> 4, e.value ->> 5, e.value ->> 6,
       e.value ->> 7, e.value ->> 8, e.value -> 9
FROM event_segments s, json_each(s.events) e
WHERE e.type = 'array';

CREATE TABLE producers (
    producer    INTEGER PRIMARY KEY,
    service     TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    version     TEXT NOT NULL,
    UNIQUE (service, instance_id, version)
) STRICT;

CREATE TABLE workers (
    worker      TEXT PRIMARY KEY,
    types       TEXT,
    concurrency INTEGER NOT NULL,
    busy        INTEGER NOT NULL,
    seen_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE parked_messages (
    message     INTEGER PRIMARY KEY,
    parked_at   INTEGER NOT NULL,
    bytes       BLOB    NOT NULL,
    reason      TEXT    NOT NULL,
    correlation BLOB,
    service     TEXT    NOT NULL,
    version     TEXT    NOT NULL
) STRICT;
