-- Processes of the version before keep running while the schema is upgraded, and neither read nor write these tables. What
-- they do to jobs in the meantime is missing here. Each process that starts adds the jobs that failed: `src/fill_failures.rs`.

-- FAILED jobs by the kind of their failure (`failure_fingerprint` of odd-core, as a signed integer). A separate table, so
-- that most jobs, which never fail, write no index.
CREATE TABLE failed_jobs (
    fingerprint bigint NOT NULL,
    job         bigint NOT NULL,
    PRIMARY KEY (fingerprint, job)
);
CREATE UNIQUE INDEX failed_jobs_job ON failed_jobs (job);

-- One row: the number of jobs that retention has removed since this migration.
CREATE TABLE removed_jobs (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    count bigint  NOT NULL
);
INSERT INTO removed_jobs (count) VALUES (0);
