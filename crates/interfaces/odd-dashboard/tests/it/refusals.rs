use crate::up::Up;

#[test]
fn refused_programs_and_urls_name_the_setting_to_change() {
    let up = Up::start();
    for (job_type, payload, setting) in [
        (
            "process.run",
            r#"{"program":"/bin/true"}"#,
            "ODD_PROCESS_RUN_ALLOW=/bin/true",
        ),
        (
            "http.request",
            r#"{"url":"http://127.0.0.1:9000/"}"#,
            "ODD_HTTP_REQUEST_ALLOW=127.0.0.1:9000",
        ),
    ] {
        let error = up.odd(&["submit", job_type, payload]).expect_error(2);
        assert!(error.contains(setting), "{error}");
    }
}
