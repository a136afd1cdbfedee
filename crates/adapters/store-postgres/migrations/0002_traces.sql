-- Processes of the version before keep running while the schema is upgraded, and neither read nor write the column.
-- The locks are acquired before, by `migrate.rs`. These statements only change the catalog.
-- The traces of the events of a row: a JSON object from the index of an event to its traceparent, without the events that
-- have none. Null for most rows.
ALTER TABLE commit_events ADD COLUMN traces json;

CREATE OR REPLACE VIEW job_events AS
    SELECT c.commit_id, (c.first + e.ordinal - 1)::integer AS ordinal, c.occurred_at,
        plain_member(e.event, 0)::uuid AS job_id, plain_member(e.event, 1)::integer AS version,
        plain_member(e.event, 2) AS event_type, plain_member(e.event, 3) AS previous_status,
        plain_member(e.event, 4)::integer AS attempt, plain_member(e.event, 5) AS job_type,
        plain_member(e.event, 6) AS queue, plain_member(e.event, 7)::uuid AS correlation_id,
        plain_member(e.event, 8)::integer AS producer, plain_member(e.event, 9)::double precision AS millis,
        regexp_replace(left(e.event::text, -1), '^([^,]*,){10}', '')::json AS detail,
        c.traces ->> (e.ordinal - 1)::text AS traceparent
    FROM commit_events c CROSS JOIN LATERAL json_array_elements(c.events) WITH ORDINALITY AS e (event, ordinal)
    WHERE json_typeof(e.event) = 'array';
