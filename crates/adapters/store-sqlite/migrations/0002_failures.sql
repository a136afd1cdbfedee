-- The kind of a FAILED job's failure, as a signed integer (`failure_fingerprint` of odd-core). Null for CANCELLED jobs.
ALTER TABLE unsuccessful ADD COLUMN fingerprint INTEGER;
CREATE INDEX unsuccessful_fingerprint ON unsuccessful (fingerprint, job) WHERE fingerprint IS NOT NULL;

-- One row: the number of jobs that retention has removed since this schema version.
CREATE TABLE removed_jobs (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    count INTEGER NOT NULL
) STRICT;
INSERT INTO removed_jobs (one, count) VALUES (1, 0);
