//! Tests that need several crates and a real server.

mod alert_texts;
