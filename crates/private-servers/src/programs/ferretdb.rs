use super::go_source::GoSource;

/// The name of the program.
pub(super) const NAME: &str = "ferretdb";

/// The last version that stores its data in SQLite. It does not start without the file with its version.
pub(super) const SOURCE: GoSource = GoSource {
    module: "github.com/FerretDB/FerretDB",
    version: "v1.24.2",
    programs: &[NAME],
    tags: "",
    version_variable: "",
    generated: &[("build/version/version.txt", "v1.24.2")],
};
