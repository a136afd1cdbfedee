/// A job type that every worker of this build can run.
pub(crate) struct BuiltInType {
    pub(crate) name: &'static str,
    /// Its purpose, in a few words.
    pub(crate) summary: &'static str,
    /// A payload that it accepts.
    pub(crate) example: &'static str,
}

/// The built-in job types.
pub(crate) const BUILT_IN_TYPES: [BuiltInType; 6] = [
    BuiltInType {
        name: "echo",
        summary: "returns its payload",
        example: "{\n  \"hello\": \"world\"\n}",
    },
    BuiltInType {
        name: "sleep",
        summary: "waits",
        example: "{\n  \"ms\": 2000\n}",
    },
    BuiltInType {
        name: "fail",
        summary: "fails every time",
        example: "{\n  \"message\": \"as requested\",\n  \"permanent\": false\n}",
    },
    BuiltInType {
        name: "flaky",
        summary: "fails a few times, then completes",
        example: "{\n  \"failures\": 2\n}",
    },
    BuiltInType {
        name: "http.request",
        summary: "calls a URL",
        example: "{\n  \"method\": \"GET\",\n  \"url\": \"https://example.com/\"\n}",
    },
    BuiltInType {
        name: "process.run",
        summary: "runs an allowed program",
        example: "{\n  \"program\": \"/usr/bin/env\",\n  \"args\": []\n}",
    },
];
