-- One row for each job: what was submitted, and where it stands. `job` numbers jobs in about the order of acceptance.
CREATE TABLE jobs (
    job              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id               uuid        NOT NULL,
    job_type         text        NOT NULL,
    queue            text        NOT NULL,
    status           text        NOT NULL,
    version          integer     NOT NULL,
    priority         integer     NOT NULL,
    attempt          integer     NOT NULL,
    attempt_limit    integer     NOT NULL, -- the last attempt that the present run may begin
    max_attempts     integer     NOT NULL,
    run              integer     NOT NULL,
    timeout_ms       bigint      NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    due_at           timestamptz NOT NULL, -- PENDING since then, SCHEDULED or RETRYING until then; of no meaning later
    started_at       timestamptz,
    finished_at      timestamptz,
    lease_expires_at timestamptz,          -- while EXECUTING
    worker_id        text,                 -- of the last attempt
    correlation_id   uuid        NOT NULL,
    idempotency_key  text,
    fingerprint      bytea,                -- SHA-256 of the submission, where it can be repeated
    unique_key       text,
    cancel_requested boolean     NOT NULL DEFAULT false,
    parked           boolean     NOT NULL DEFAULT false, -- a dead letter
    options          json,                 -- what few submissions say: src/options.rs
    error            json,                 -- of the last attempt that failed
    progress         json,                 -- of the last attempt
    payload          text                  -- JSON, byte for byte as it was sent
);
CREATE UNIQUE INDEX jobs_id ON jobs (id);
CREATE UNIQUE INDEX jobs_idempotency_key ON jobs (idempotency_key) WHERE idempotency_key IS NOT NULL;
-- At most one unfinished job carries a key.
CREATE UNIQUE INDEX jobs_unique_key ON jobs (unique_key) WHERE unique_key IS NOT NULL AND finished_at IS NULL;
-- The order in which ready jobs are taken.
CREATE INDEX jobs_ready ON jobs (job_type, priority DESC, due_at, job) WHERE status = 'PENDING';
CREATE INDEX jobs_delayed ON jobs (due_at) WHERE status IN ('SCHEDULED', 'RETRYING');
-- Listings by status. COMPLETED are most: reading along the primary key meets enough of them. On an expression, so that
-- no plan ever prefers it to jobs_ready: plans are made once, also while the table is nearly empty.
CREATE INDEX jobs_status ON jobs (lower(status), job) WHERE lower(status) <> 'completed';
CREATE INDEX jobs_dead_letters ON jobs (job) WHERE parked;
-- What retention removes.
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL AND NOT parked;

-- Keys whose submission was answered with a job that carried its unique key already.
CREATE TABLE shared_keys (
    idempotency_key text   PRIMARY KEY,
    job             bigint NOT NULL,
    fingerprint     bytea  NOT NULL
);
CREATE INDEX shared_keys_job ON shared_keys (job);

CREATE TABLE job_tags (
    tag text   NOT NULL,
    job bigint NOT NULL,
    PRIMARY KEY (tag, job)
);
CREATE INDEX job_tags_job ON job_tags (job);

-- Attempts that are over; a running one stands in its job's row.
CREATE TABLE job_attempts (
    job         bigint      NOT NULL,
    attempt     integer     NOT NULL,
    run         integer     NOT NULL,
    worker_id   text        NOT NULL,
    outcome     text        NOT NULL,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    error       json,
    result      text,       -- JSON, byte for byte
    PRIMARY KEY (job, attempt)
);

CREATE TABLE job_logs (
    job     bigint      NOT NULL,
    attempt integer     NOT NULL,
    line_no integer     NOT NULL,
    at      timestamptz NOT NULL,
    stream  text        NOT NULL,
    line    text        NOT NULL,
    PRIMARY KEY (job, attempt, line_no)
);

CREATE TABLE producers (
    producer    integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    service     text NOT NULL,
    instance_id text NOT NULL,
    version     text NOT NULL,
    UNIQUE (service, instance_id, version)
);

-- Outbox and history at once, append-only. The events of one transaction share a commit; their order within it is
-- `ordinal`, and the position in the log is `event_commits.last_position - event_count + 1 + ordinal`.
CREATE TABLE job_events (
    commit_id       bigint           NOT NULL,
    ordinal         integer          NOT NULL,
    occurred_at     timestamptz      NOT NULL,
    job_id          uuid             NOT NULL,
    version         integer          NOT NULL,
    event_type      text             NOT NULL,
    previous_status text,
    attempt         integer,
    job_type        text             NOT NULL,
    queue           text             NOT NULL,
    correlation_id  uuid             NOT NULL,
    producer        integer          NOT NULL,
    millis          double precision, -- waited or ran
    detail          json              -- what else it says
) PARTITION BY RANGE (occurred_at);
CREATE INDEX job_events_commit ON job_events (commit_id, ordinal);
CREATE INDEX job_events_job ON job_events (job_id, version);
-- Takes what no daily partition does.
CREATE TABLE job_events_default PARTITION OF job_events DEFAULT;
CREATE SEQUENCE event_commit_ids AS bigint;

-- One row for each transaction that recorded events. Positions are given out while a lock is held until the end of the
-- transaction, so they appear in order and without a gap: whoever reads past the last position seen misses nothing.
CREATE TABLE event_commits (
    last_position bigint      PRIMARY KEY,
    event_count   integer     NOT NULL,
    commit_id     bigint      NOT NULL,
    committed_at  timestamptz NOT NULL, -- `occurred_at` of all its events
    pruned        json                  -- jobs that retention removed, instead of events
);

-- Commits that are not known to have been published.
CREATE TABLE outbox (
    last_position bigint      PRIMARY KEY,
    committed_at  timestamptz NOT NULL
);

-- Ends a transaction's part of the log: puts the events written under the session's present commit id, `count` of them,
-- at the end of the log. Returns the position of the last.
CREATE FUNCTION append_commit(count integer, occurred_at timestamptz, pruned json) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    last bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7165066918273024); -- held for the rest of the transaction: INVARIANTS.md, order of the log
    SELECT coalesce(max(c.last_position), 0) + count INTO last FROM event_commits c;
    INSERT INTO event_commits VALUES (last, count, currval('event_commit_ids'), coalesce(occurred_at, now()), pruned);
    INSERT INTO outbox VALUES (last, clock_timestamp());
    RETURN last;
END
$$;

CREATE TABLE workers (
    worker_id   text        PRIMARY KEY,
    types       text[],
    concurrency integer     NOT NULL,
    busy        integer     NOT NULL,
    seen_at     timestamptz NOT NULL
);

CREATE TABLE parked_messages (
    message     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parked_at   timestamptz NOT NULL,
    bytes       bytea       NOT NULL,
    reason      text        NOT NULL,
    correlation uuid,
    service     text        NOT NULL,
    version     text        NOT NULL
);
