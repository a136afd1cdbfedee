use crate::program::run_with_input;
use crate::up::Up;

#[test]
fn file_of_jobs_is_submitted_and_awaited() {
    let up = Up::start();
    let text: String = (0..10_500)
        .map(|number| format!("{{\"type\":\"echo\",\"payload\":{number}}}\n"))
        .collect();
    let file = up.data_dir().with_file_name("jobs.ndjson");
    std::fs::write(&file, text).expect("written");
    let file = file.to_str().expect("text");

    let run = up.odd(&["submit", "--batch", file, "--wait", "-o", "json"]);
    let progress: Vec<&str> = run
        .stderr
        .lines()
        .filter(|line| line.starts_with('{'))
        .collect();
    assert_eq!(
        progress,
        [
            "{\"accepted\":10000,\"event\":\"progress\",\"jobs\":10000}",
            "{\"accepted\":10500,\"event\":\"progress\",\"jobs\":500}"
        ]
    );
    let report: serde_json::Value = serde_json::from_str(&run.expect(0)).expect("JSON");
    assert_eq!(report["completed"], 10_500);
}

#[test]
fn batch_from_standard_input_reports_bad_lines_by_number() {
    let up = Up::start();
    let batch = |input: &str| {
        let mut command = up.program();
        command.args(["submit", "--batch", "-", "-o", "name"]);
        run_with_input(&mut command, input)
    };
    let ids = batch("{\"type\":\"echo\"}\n\n{\"type\":\"echo\"}\n").expect(0);
    assert_eq!(ids.lines().count(), 2);

    let error = batch("{\"type\":\"echo\"}\n{\"type\":\n").expect_error(2);
    assert!(error.contains("line 2 is not a job submission"), "{error}");
    let error = batch("\n{\"type\":\"echo\"}\n{\"type\":\"bad type\"}\n").expect_error(2);
    assert!(error.contains("line 3, /type"), "{error}");

    let failing = "{\"type\":\"fail\",\"payload\":{\"message\":\"x\",\"permanent\":true}}\n";
    let mut command = up.program();
    command.args(["submit", "--batch", "-", "--wait"]);
    let report = run_with_input(&mut command, failing).expect(6);
    assert!(report.contains("failed     1"), "{report}");
}
