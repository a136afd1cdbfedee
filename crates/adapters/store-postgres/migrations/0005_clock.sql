-- How far the server's clock was set while processes used it. One row.
CREATE TABLE store_clock (
    one           boolean     PRIMARY KEY DEFAULT true CHECK (one),
    wall_offset   bigint      NOT NULL DEFAULT 0, -- microseconds by which wall-clock time is ahead of steady time
    distrusted_at timestamptz,                    -- steady time of the last jump after which old jobs are kept for a while
    seen_at       timestamptz NOT NULL DEFAULT clock_timestamp() -- when a process last read the clock
);
INSERT INTO store_clock DEFAULT VALUES;

-- Steady time at the wall-clock time `wall`, for a process that knows the offset and expects the steady time `expected`:
-- the server's clock may have been set since it learned the offset.
CREATE FUNCTION steady_time(wall timestamptz, wall_offset bigint, expected timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN wall - wall_offset * interval '1 microsecond'
            BETWEEN expected - interval '1 second' AND expected + interval '1 second'
        THEN wall - wall_offset * interval '1 microsecond' ELSE expected END
$$;

-- Processes of the version before keep running while the schema is upgraded, and neither read nor write the column.
-- The times of those events of a row whose time is not `occurred_at`, because the clock was set back: a JSON object from the
-- index of an event to the microseconds by which it is later. Null for most rows.
ALTER TABLE commit_events ADD COLUMN times json;

CREATE OR REPLACE VIEW job_events AS
    SELECT c.commit_id, (c.first + e.ordinal - 1)::integer AS ordinal,
        c.occurred_at + coalesce((c.times ->> (e.ordinal - 1)::text)::bigint, 0) * interval '1 microsecond' AS occurred_at,
        plain_member(e.event, 0)::uuid AS job_id, plain_member(e.event, 1)::integer AS version,
        plain_member(e.event, 2) AS event_type, plain_member(e.event, 3) AS previous_status,
        plain_member(e.event, 4)::integer AS attempt, plain_member(e.event, 5) AS job_type,
        plain_member(e.event, 6) AS queue, plain_member(e.event, 7)::uuid AS correlation_id,
        plain_member(e.event, 8)::integer AS producer, plain_member(e.event, 9)::double precision AS millis,
        regexp_replace(left(e.event::text, -1), '^([^,]*,){10}', '')::json AS detail,
        c.traces ->> (e.ordinal - 1)::text AS traceparent
    FROM commit_events c CROSS JOIN LATERAL json_array_elements(c.events) WITH ORDINALITY AS e (event, ordinal)
    WHERE json_typeof(e.event) = 'array';
