//! `gate` against a complete embedded observatory with its own Prometheus and Alertmanager, and against ones with a fault.

mod faults;
mod faulty_proxy;
mod stack;

use serde_json::Value;

use self::stack::Stack;

#[test]
fn complete_observatory_passes() {
    let stack = Stack::start();
    let report = report(&stack.gate(&["-o", "json"]).expect(0));
    assert_eq!(report["outcome"], "passed", "{report:#}");
    let aspects = report["aspects"].as_array().expect("aspects");
    assert_eq!(aspects.len(), 6);
    for aspect in aspects {
        assert_eq!(aspect["outcome"], "passed", "{aspect:#}");
    }
    let took_ms = report["tookMs"].as_u64().expect("a duration");
    assert!(took_ms <= 180_000, "{took_ms} ms");
    let dead_letters = stack.up.odd(&["dlq", "list", "-o", "name"]).expect(0);
    assert_eq!(dead_letters, "", "the gate removes its dead letter");
}

pub(crate) fn report(stdout: &str) -> Value {
    serde_json::from_str(stdout).expect("a report")
}
