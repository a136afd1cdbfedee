-- How far the wall clock was set while the store was open. One row, or none if it never was.
CREATE TABLE clock (
    one           INTEGER PRIMARY KEY CHECK (one = 1),
    wall_offset   INTEGER NOT NULL, -- microseconds by which wall-clock time is ahead of steady time
    distrusted_at INTEGER           -- steady time of the last jump after which old jobs are kept for a while
) STRICT;
