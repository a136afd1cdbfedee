use odd_contracts::JobStatus;

use super::FilterKey;

/// Other names of keys that people try.
const KEY_SYNONYMS: [(&str, FilterKey); 14] = [
    ("state", FilterKey::Status),
    ("is", FilterKey::Status),
    ("kind", FilterKey::Type),
    ("name", FilterKey::Type),
    ("jobtype", FilterKey::Type),
    ("job", FilterKey::Id),
    ("jobid", FilterKey::Id),
    ("label", FilterKey::Tag),
    ("tags", FilterKey::Tag),
    ("after", FilterKey::Since),
    ("from", FilterKey::Since),
    ("created", FilterKey::Since),
    ("before", FilterKey::Until),
    ("to", FilterKey::Until),
];

/// Other names of statuses that people try.
const STATUS_SYNONYMS: [(&str, JobStatus); 13] = [
    ("QUEUED", JobStatus::Pending),
    ("WAITING", JobStatus::Pending),
    ("READY", JobStatus::Pending),
    ("DELAYED", JobStatus::Scheduled),
    ("RUNNING", JobStatus::Executing),
    ("ACTIVE", JobStatus::Executing),
    ("STARTED", JobStatus::Executing),
    ("SUCCEEDED", JobStatus::Completed),
    ("SUCCESS", JobStatus::Completed),
    ("FINISHED", JobStatus::Completed),
    ("DONE", JobStatus::Completed),
    ("ERROR", JobStatus::Failed),
    ("STOPPED", JobStatus::Cancelled),
];

/// Returns the key that a text probably means.
pub(super) fn likely_key(text: &str) -> Option<FilterKey> {
    let text = text.to_lowercase();
    let known = FilterKey::ALL.map(|key| (key.as_str(), key));
    likely(&text, &known, &KEY_SYNONYMS)
}

/// Returns the status that a text probably means.
pub(super) fn likely_status(text: &str) -> Option<JobStatus> {
    let text = text.to_uppercase();
    let known = JobStatus::ALL.map(|status| (status.as_str(), status));
    likely(&text, &known, &STATUS_SYNONYMS)
}

/// Returns what has this other name; else what begins like the text; else the closest one, if at most a third of the text is
/// different.
fn likely<T: Copy>(text: &str, known: &[(&str, T)], synonyms: &[(&str, T)]) -> Option<T> {
    if text.is_empty() {
        return None;
    }
    let same_name = || synonyms.iter().find(|(name, _)| *name == text);
    let begins_alike = || known.iter().find(|(name, _)| name.starts_with(text));
    let distance = |name: &str| strsim::levenshtein(text, name);
    let closest = || {
        let closest = known.iter().min_by_key(|(name, _)| distance(name));
        closest.filter(|(name, _)| distance(name) * 3 <= text.chars().count())
    };
    let found = same_name().or_else(begins_alike).or_else(closest);
    found.map(|(_, value)| *value)
}
