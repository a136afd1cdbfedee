//! The bus against a real RabbitMQ, carrying the commits of a real PostgreSQL.

mod conformance;
