//! Tests of expressions, of rules and of the store through the public interface. Some compare with a real Prometheus.

mod alert_contract;
mod prometheus;
mod random_expression;
mod random_series;
mod recorded;

mod alert_states;
mod equal_values;
mod expressions;
mod rejected;
mod store;
