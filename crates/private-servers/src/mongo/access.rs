/// The name of the user and of its database.
pub(super) const USER: &str = "observatory";
