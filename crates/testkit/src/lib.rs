//! Builders, private servers and the conformance suites; only ever a dev-dependency
