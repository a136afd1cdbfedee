-- One row for each job: its submission and its state. `job` numbers jobs approximately in the order of acceptance.
CREATE TABLE jobs (
    job              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id               uuid        NOT NULL,
    job_type         text        NOT NULL,
    queue            text        NOT NULL,
    status           text        NOT NULL,
    version          integer     NOT NULL,
    priority         integer     NOT NULL,
    attempt          integer     NOT NULL,
    attempt_limit    integer     NOT NULL, -- the last attempt that the current run may start
    max_attempts     integer     NOT NULL,
    run              integer     NOT NULL,
    timeout_ms       bigint      NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    due_at           timestamptz NOT NULL, -- PENDING since then, SCHEDULED or RETRYING until then; unused later
    started_at       timestamptz,
    finished_at      timestamptz,
    worker_id        text,                 -- of the last attempt
    correlation_id   uuid        NOT NULL,
    idempotency_key  text,
    fingerprint      bytea,                -- SHA-256 of the submission, if it can be repeated
    unique_key       text,
    cancel_requested boolean     NOT NULL DEFAULT false,
    parked           boolean     NOT NULL DEFAULT false, -- a dead letter
    options          json,                 -- what few submissions use: `JobOptions` of odd-core
    error            json,                 -- of the last attempt that failed
    progress         json,                 -- of the last attempt
    commits          bigint[]    NOT NULL, -- those with the events of its submission, starts and success
    payload          text,                 -- JSON, byte for byte as it was sent
    result           text,                 -- JSON, byte for byte, once COMPLETED
    -- Columns for indexes. They keep their values while a job is claimed and succeeds: then no index is written.
    live_key         text,                 -- `unique_key` until the job is finished
    delayed_until    timestamptz,          -- `due_at` while SCHEDULED or RETRYING
    listed_status    text                  -- `status` unless PENDING, EXECUTING or COMPLETED
) WITH (fillfactor = 60); -- room for the next versions of a row on the same page
CREATE UNIQUE INDEX jobs_id ON jobs (id);
CREATE UNIQUE INDEX jobs_idempotency_key ON jobs (idempotency_key) WHERE idempotency_key IS NOT NULL;
-- At most one unfinished job carries a key.
CREATE UNIQUE INDEX jobs_unique_key ON jobs (live_key) WHERE live_key IS NOT NULL;
CREATE INDEX jobs_delayed ON jobs (delayed_until) WHERE delayed_until IS NOT NULL;
-- For lists. PENDING and EXECUTING jobs have tables; most jobs are COMPLETED: a scan of the primary key finds enough.
CREATE INDEX jobs_status ON jobs (listed_status, job) WHERE listed_status IS NOT NULL;
CREATE INDEX jobs_dead_letters ON jobs (job) WHERE parked;

-- EXECUTING jobs.
CREATE TABLE running_jobs (
    job              bigint      PRIMARY KEY,
    lease_expires_at timestamptz NOT NULL
);

-- PENDING jobs, in the order in which they are claimed. A separate table, so that the server can vacuum these
-- short-lived rows often: src/leader.rs.
CREATE TABLE ready_jobs (
    job_type text        NOT NULL,
    priority integer     NOT NULL,
    due_at   timestamptz NOT NULL,
    job      bigint      NOT NULL,
    queue    text        NOT NULL
);
CREATE UNIQUE INDEX ready_jobs_order ON ready_jobs (job_type, priority DESC, due_at, job);
-- For lists.
CREATE INDEX ready_jobs_job ON ready_jobs (job);

-- Idempotency keys of submissions that an existing job with the same unique key answered.
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

-- Attempts that ended without success. Successful and running ones are in the row of their job.
CREATE TABLE unsuccessful_attempts (
    job         bigint      NOT NULL,
    attempt     integer     NOT NULL,
    run         integer     NOT NULL,
    worker_id   text        NOT NULL,
    outcome     text        NOT NULL,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    error       json,
    PRIMARY KEY (job, attempt)
);
-- For queries by hand: every attempt that has ended.
CREATE VIEW job_attempts AS
    SELECT job, attempt, run, worker_id, outcome, started_at, finished_at, error, NULL AS result
        FROM unsuccessful_attempts
    UNION ALL SELECT job, attempt, run, worker_id, 'SUCCEEDED', started_at, finished_at, NULL, result FROM jobs
        WHERE status = 'COMPLETED';

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

-- Outbox and history in one; only retention changes it. The events of a commit are one row, or a few. `events` is an
-- array of arrays (src/packed.rs); a removed event is null. The position of an event in the log is
-- `event_commits.last_position - event_count + 1 + first` and its index in the array.
CREATE TABLE commit_events (
    commit_id   bigint      NOT NULL,
    first       integer     NOT NULL, -- events of the commit in earlier rows
    occurred_at timestamptz NOT NULL,
    events      json        NOT NULL,
    PRIMARY KEY (commit_id, first, occurred_at)
) PARTITION BY RANGE (occurred_at);
-- Compression costs more time than it is worth.
ALTER TABLE commit_events ALTER COLUMN events SET STORAGE EXTERNAL;
-- For events of days without a partition.
CREATE TABLE commit_events_default PARTITION OF commit_events DEFAULT;
CREATE SEQUENCE event_commit_ids AS bigint;

-- Creates the partitions of today and the next `days` days. A day with events in the default partition gets none.
-- Waits at most 100 ms for a lock, because all other transactions would wait behind it.
CREATE FUNCTION make_partitions(days integer) RETURNS void LANGUAGE plpgsql SET lock_timeout = '100ms' AS $$
DECLARE
    today date := (now() AT TIME ZONE 'UTC')::date;
    name text;
BEGIN
    FOR ahead IN 0..days LOOP
        name := 'commit_events_' || to_char(today + ahead, 'YYYYMMDD');
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        BEGIN
            EXECUTE format('CREATE TABLE %I (LIKE commit_events INCLUDING ALL)', name);
            EXECUTE format('ALTER TABLE commit_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name,
                (today + ahead) || ' 00:00+00', (today + ahead + 1) || ' 00:00+00');
        EXCEPTION WHEN check_violation OR duplicate_table OR unique_violation OR lock_not_available THEN
            RAISE LOG 'no partition for %: %', today + ahead, SQLERRM;
        END;
    END LOOP;
END
$$;

-- Drops empty partitions that end before a time, and waits at most 100 ms for a lock on each.
CREATE FUNCTION drop_partitions(before timestamptz) RETURNS void LANGUAGE plpgsql SET lock_timeout = '100ms' AS $$
DECLARE
    name text;
    is_empty boolean;
BEGIN
    FOR name IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'commit_events'::regclass AND c.relname ~ '^commit_events_\d{8}$'
        AND to_date(right(c.relname, 8), 'YYYYMMDD') < (before AT TIME ZONE 'UTC')::date - 1 ORDER BY c.relname LIMIT 8
    LOOP
        EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I)', name) INTO is_empty;
        IF is_empty THEN
            BEGIN
                EXECUTE format('DROP TABLE %I', name);
            EXCEPTION WHEN lock_not_available THEN
                RAISE LOG 'partition % is in use', name;
            END;
        END IF;
    END LOOP;
END
$$;

-- Commits with the other events of a job: there may be many.
CREATE TABLE job_commits (
    job       bigint NOT NULL,
    commit_id bigint NOT NULL,
    PRIMARY KEY (job, commit_id)
);

-- Returns one of the first ten elements of an event, which are numbers, ids and names without commas and escapes. The
-- JSON operators would also parse the last element, and fail if it contains U+0000.
CREATE FUNCTION plain_member(event json, place integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT nullif(trim('["' FROM split_part(event::text, ',', place + 1)), 'null')
$$;

-- For queries by hand: one row for each event.
CREATE VIEW job_events AS
    SELECT c.commit_id, (c.first + e.ordinal - 1)::integer AS ordinal, c.occurred_at,
        plain_member(e.event, 0)::uuid AS job_id, plain_member(e.event, 1)::integer AS version,
        plain_member(e.event, 2) AS event_type, plain_member(e.event, 3) AS previous_status,
        plain_member(e.event, 4)::integer AS attempt, plain_member(e.event, 5) AS job_type,
        plain_member(e.event, 6) AS queue, plain_member(e.event, 7)::uuid AS correlation_id,
        plain_member(e.event, 8)::integer AS producer, plain_member(e.event, 9)::double precision AS millis,
        regexp_replace(left(e.event::text, -1), '^([^,]*,){10}', '')::json AS detail
    FROM commit_events c CROSS JOIN LATERAL json_array_elements(c.events) WITH ORDINALITY AS e (event, ordinal)
    WHERE json_typeof(e.event) = 'array';

-- One row for each transaction that recorded events. A transaction gets its positions under a lock that it holds until
-- it ends, so they appear in order and without gaps: a reader that continues after the last position misses nothing.
CREATE TABLE event_commits (
    last_position bigint      PRIMARY KEY,
    event_count   integer     NOT NULL,
    commit_id     bigint      NOT NULL,
    committed_at  timestamptz NOT NULL, -- `occurred_at` of all its events
    pruned        json                  -- jobs that retention removed, instead of events
);
CREATE INDEX event_commits_commit ON event_commits (commit_id);

-- Commits that are not known to have been published.
CREATE TABLE outbox (
    last_position bigint      PRIMARY KEY,
    committed_at  timestamptz NOT NULL
);

-- Appends the `count` events that the transaction wrote under the session's current commit id to the log. Returns the
-- position of the last.
CREATE FUNCTION append_commit(count integer, occurred_at timestamptz, pruned json) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    last bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7165066918273024); -- until the transaction ends: INVARIANTS.md, order of the log
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
