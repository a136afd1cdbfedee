use serde_json::Value;

use crate::program::{program, run};

fn bench(args: &[&str]) -> Value {
    let dir = tempfile::tempdir().expect("a directory");
    let mut command = program();
    command
        .arg("bench")
        .args(args)
        .args(["-o", "json", "--dir"])
        .arg(dir.path());
    let report = serde_json::from_str(&run(&mut command).expect(0)).expect("JSON");
    let left = std::fs::read_dir(dir.path()).expect("it exists").count();
    assert_eq!(left, 0, "the bench cleans up");
    report
}

#[test]
fn rounds_are_measured_on_a_separate_observatory() {
    let report = bench(&[
        "--jobs",
        "250",
        "--batch",
        "100",
        "--producers",
        "2",
        "--rounds",
        "2",
    ]);
    let rounds = report["rounds"].as_array().expect("rounds");
    assert_eq!(rounds.len(), 2);
    for round in rounds {
        assert_eq!(round["jobs"], 250);
        assert!(round["finishedPerSecond"].as_f64() > Some(0.0), "{round}");
        assert_eq!(
            round["submitToFinish"]["count"], 3,
            "one sample per request"
        );
        #[cfg(target_os = "linux")]
        assert!(round["serverPeakBytes"].as_u64() > Some(0), "{round}");
    }
    assert!(report["lastToFirst"].as_f64() > Some(0.0));
}

#[test]
fn constant_rate_is_kept_and_every_job_is_measured() {
    let report = bench(&["--jobs", "60", "--rate", "100", "--producers", "4"]);
    let round = &report["rounds"][0];
    assert!(round["seconds"].as_f64() >= Some(0.59), "{round}");
    for latency in [
        "submitToStart",
        "submitToFinish",
        "submitToStartSeen",
        "submitToFinishSeen",
    ] {
        assert_eq!(round[latency]["count"], 60, "{latency}: {round}");
    }
}

#[test]
fn telemetry_is_compared_with_rounds_without_it() {
    let report = bench(&["--jobs", "300", "--producers", "4", "--telemetry"]);
    let compared = &report["telemetry"];
    for rounds in [&report["rounds"], &compared["rounds"]] {
        assert_eq!(rounds.as_array().map(Vec::len), Some(3), "{rounds}");
    }
    assert!(compared["rateRatio"].as_f64() > Some(0.0), "{compared}");
    // One trace in ten of 900 jobs: the chance that none is recorded is 0.9^900.
    assert!(compared["exports"].as_u64() > Some(0), "{compared}");
}
