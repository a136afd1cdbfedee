-- No worker outlives the process that has the file open: the rows are deleted when it is opened.
DROP TABLE workers;
CREATE TABLE workers (
    worker      TEXT PRIMARY KEY,
    version     TEXT    NOT NULL,
    types       TEXT,
    queues      TEXT,
    concurrency INTEGER NOT NULL,
    busy        INTEGER NOT NULL,
    is_draining INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    seen_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
