-- Mutable state of a job. `job` is a local row number in order of acceptance; statuses are indexes into
-- JobStatus::ALL; times are microseconds since the Unix epoch.
CREATE TABLE jobs (
    job              INTEGER PRIMARY KEY,
    id               BLOB    NOT NULL,
    type             TEXT    NOT NULL,
    queue            TEXT    NOT NULL,
    status           INTEGER NOT NULL,
    version          INTEGER NOT NULL,
    last_seq         INTEGER NOT NULL,
    priority         INTEGER NOT NULL,
    attempt          INTEGER NOT NULL,
    attempt_limit    INTEGER NOT NULL,
    run              INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    ready_at         INTEGER,
    run_at           INTEGER,
    started_at       INTEGER,
    finished_at      INTEGER,
    worker           TEXT,
    cancel_requested INTEGER,
    parked           INTEGER,
    unique_key       TEXT,
    error_reason     TEXT,
    error_message    TEXT,
    progress         REAL,
    progress_message TEXT
) STRICT;
CREATE UNIQUE INDEX jobs_id ON jobs (id);

-- Where a job stands beside its row. Small tables of their own, not partial indexes of `jobs`: an index is looked at
-- in every write of a row, a table only where the job enters or leaves it (src/write/place.rs).

-- PENDING jobs in the order in which they are taken; `rank` is the negated priority.
CREATE TABLE ready (
    type     TEXT    NOT NULL,
    rank     INTEGER NOT NULL,
    ready_at INTEGER NOT NULL,
    job      INTEGER NOT NULL,
    queue    TEXT    NOT NULL,
    PRIMARY KEY (type, rank, ready_at, job)
) STRICT, WITHOUT ROWID;

-- SCHEDULED and RETRYING jobs by the time they wait for.
CREATE TABLE delayed (
    run_at INTEGER NOT NULL,
    job    INTEGER NOT NULL,
    PRIMARY KEY (run_at, job)
) STRICT, WITHOUT ROWID;

-- EXECUTING jobs; as many as run, so a sweep reads them all.
CREATE TABLE leases (
    job        INTEGER PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT;

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

-- What was submitted; never changes.
CREATE TABLE job_specs (
    job             INTEGER PRIMARY KEY,
    correlation     BLOB    NOT NULL,
    max_attempts    INTEGER NOT NULL,
    timeout_ms      INTEGER NOT NULL,
    retry           TEXT,
    retry_override  TEXT,
    tags            TEXT,
    metadata        TEXT,
    idempotency_key TEXT,
    fingerprint     BLOB,
    payload         TEXT
) STRICT;
CREATE UNIQUE INDEX job_specs_idempotency_key ON job_specs (idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE TABLE job_tags (
    tag TEXT    NOT NULL,
    job INTEGER NOT NULL,
    PRIMARY KEY (tag, job)
) STRICT, WITHOUT ROWID;

-- Attempts that are over; the running one is in the job's row.
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

-- Append-only: outbox and history. One writer assigns `seq` in commit order, so reading past the last seen
-- `seq` misses nothing. `prev` chains the events of one job, newest to oldest, without an index.
CREATE TABLE job_events (
    seq         INTEGER PRIMARY KEY,
    job         INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    kind        INTEGER NOT NULL,
    previous    INTEGER,
    attempt     INTEGER,
    at          INTEGER NOT NULL,
    producer    INTEGER NOT NULL,
    prev        INTEGER,
    millis      REAL,
    correlation BLOB,
    detail      TEXT
) STRICT;

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
