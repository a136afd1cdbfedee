//! What every role shares: HTTP server, problem documents, health, metrics, docs, telemetry, shutdown
