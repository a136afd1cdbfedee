use odd_service_kit::Cursor;

/// Continues `/jobs`.
pub(crate) type JobsCursor = Cursor<'j'>;

/// Continues `/events`.
pub(crate) type EventsCursor = Cursor<'e'>;

/// Continues `/jobs/{id}/events`.
pub(crate) type HistoryCursor = Cursor<'h'>;

/// Continues `/jobs/{id}/attempts/{attempt}/log`.
pub(crate) type LogCursor = Cursor<'l'>;
