/// A picture: what is opened, what is pressed, and what has to be visible before it is taken.
pub(super) struct Shot {
    /// The name of the file.
    pub(super) name: &'static str,
    pub(super) columns: u16,
    pub(super) rows: u16,
    /// The flags of the interface.
    pub(super) args: &'static [&'static str],
    pub(super) steps: &'static [Step],
}

/// Something that is done before a picture is taken.
pub(super) enum Step {
    /// Press keys.
    Press(&'static str),
    /// Type text.
    Type(&'static str),
    /// Wait until a row contains a text.
    See(&'static str),
}

use Step::{Press, See, Type};

/// Every picture.
pub(super) const SHOTS: &[Shot] = &[
    Shot {
        name: "overview",
        columns: 160,
        rows: 44,
        args: &["--view", "overview"],
        steps: &[
            See("● live"),
            See("Throughput"),
            See("Waiting by queue"),
            Press("w w w j j j j"),
            See("-15 min"),
            See("Why is it FAILED"),
            See("job."),
        ],
    },
    Shot {
        name: "jobs",
        columns: 100,
        rows: 26,
        args: &["--view", "jobs", "--filter", "!status:COMPLETED"],
        steps: &[
            See("● live"),
            See("FAILED"),
            Press("j space space"),
            See("2 marked"),
        ],
    },
    Shot {
        name: "detail",
        columns: 100,
        rows: 28,
        args: &["--view", "jobs", "--filter", "type:flaky"],
        steps: &[
            See("● live"),
            See("COMPLETED"),
            Press("enter"),
            See("Attempts"),
        ],
    },
    Shot {
        name: "payload",
        columns: 100,
        rows: 24,
        args: &["--view", "jobs", "--filter", "type:invoice.render"],
        steps: &[
            See("● live"),
            See("invoice.render"),
            Press("enter"),
            See("Why is it"),
            Press("tab"),
            See("invoice"),
        ],
    },
    Shot {
        name: "waiting",
        columns: 100,
        rows: 24,
        args: &["--view", "jobs", "--filter", "type:invoice.render"],
        steps: &[
            See("● live"),
            See("invoice.render"),
            Press("enter"),
            See("Why is it"),
            See("worker"),
        ],
    },
    Shot {
        name: "events",
        columns: 100,
        rows: 24,
        args: &["--view", "events"],
        steps: &[See("● live"), See("job.")],
    },
    Shot {
        name: "queues",
        columns: 100,
        rows: 24,
        args: &["--view", "queues"],
        steps: &[See("● live"), See("reports"), See("Dead letters")],
    },
    Shot {
        name: "new-job",
        columns: 100,
        rows: 26,
        args: &["--view", "overview"],
        steps: &[
            See("● live"),
            Press("n"),
            See("New job"),
            Type("echo"),
            Press("tab"),
            See("hello"),
        ],
    },
    Shot {
        name: "commands",
        columns: 80,
        rows: 24,
        args: &["--view", "jobs"],
        steps: &[See("● live"), Press(":"), Type("re"), See("retry")],
    },
    Shot {
        name: "light",
        columns: 80,
        rows: 24,
        args: &["--view", "overview", "--theme", "light"],
        steps: &[See("● live"), See("COMPLETED")],
    },
    Shot {
        name: "small",
        columns: 60,
        rows: 16,
        args: &["--view", "jobs"],
        steps: &[See("● live"), See("COMPLETED")],
    },
];
