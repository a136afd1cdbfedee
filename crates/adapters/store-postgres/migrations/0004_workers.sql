-- Processes of the version before keep running while the schema is upgraded. They do not write the new columns.
ALTER TABLE workers
    ADD COLUMN IF NOT EXISTS version     text        NOT NULL DEFAULT 'unknown',
    ADD COLUMN IF NOT EXISTS queues      text[],
    ADD COLUMN IF NOT EXISTS is_draining boolean     NOT NULL DEFAULT false,
    ADD COLUMN IF NOT EXISTS started_at  timestamptz NOT NULL DEFAULT clock_timestamp();
