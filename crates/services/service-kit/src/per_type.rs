use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use odd_contracts::JobType;

use crate::type_labels::{MAX_TYPES, TypeLabel};

/// The metrics of each job type, created when the type is first seen: the first 100 distinct types have metrics of their
/// own, all others share those of the label `other`.
///
/// Callers keep the metrics of a type while they process consecutive jobs of it, so that one lookup serves many jobs.
pub struct PerType<T> {
    known: RwLock<HashMap<JobType, Arc<T>>>,
    other: OnceLock<Arc<T>>,
    create: Box<dyn Fn(&TypeLabel) -> T + Send + Sync>,
}

impl<T> PerType<T> {
    /// Creates a map without any known type. `create` creates the metrics of a type.
    pub fn new(create: impl Fn(&TypeLabel) -> T + Send + Sync + 'static) -> Self {
        Self {
            known: RwLock::default(),
            other: OnceLock::new(),
            create: Box::new(create),
        }
    }

    /// Returns the metrics of a type.
    pub fn get(&self, job_type: &JobType) -> Arc<T> {
        self.find(job_type, Arc::clone)
            .unwrap_or_else(|| self.add(job_type))
    }

    /// Calls `change` with the metrics of a type. For a single change, this costs less than [`PerType::get`].
    pub fn with(&self, job_type: &JobType, change: impl Fn(&T)) {
        if self.find(job_type, |metrics| change(metrics)).is_none() {
            change(&self.add(job_type));
        }
    }

    /// Returns what `read` returns for the metrics of a type, if they exist.
    fn find<R>(&self, job_type: &JobType, read: impl FnOnce(&Arc<T>) -> R) -> Option<R> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(job_type).map(read)
    }

    /// Returns the metrics of a type that is not known yet.
    fn add(&self, job_type: &JobType) -> Arc<T> {
        let is_full = |known: &HashMap<_, _>| known.len() >= MAX_TYPES;
        // Usual once there are many types, and without waiting for those that read.
        if is_full(&self.known.read().unwrap_or_else(PoisonError::into_inner)) {
            return self.other();
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if is_full(&known) && !known.contains_key(job_type) {
            return self.other();
        }
        let entry = known.entry(job_type.clone());
        let create = || Arc::new((self.create)(&TypeLabel::of(job_type)));
        Arc::clone(entry.or_insert_with(create))
    }

    /// Returns the label of a type.
    pub fn label(&self, job_type: &JobType) -> TypeLabel {
        self.get(job_type);
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        match known.contains_key(job_type) {
            true => TypeLabel::of(job_type),
            false => TypeLabel::other(),
        }
    }

    fn other(&self) -> Arc<T> {
        let create = || Arc::new((self.create)(&TypeLabel::other()));
        Arc::clone(self.other.get_or_init(create))
    }
}

impl<T> fmt::Debug for PerType<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PerType")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hundred_and_first_type_is_other() {
        let per_type = PerType::new(|label: &TypeLabel| label.as_str().to_owned());
        let name = |n: usize| format!("type-{n}").parse::<JobType>().expect("legal");
        for n in 0..MAX_TYPES {
            assert_eq!(*per_type.get(&name(n)), name(n).as_str());
        }
        assert_eq!(*per_type.get(&name(100)), "other");
        assert_eq!(*per_type.get(&name(7)), "type-7");
        assert_eq!(per_type.label(&name(7)).as_str(), "type-7");
        assert_eq!(per_type.label(&name(100)), TypeLabel::other());
        let shared = per_type.get(&name(101));
        assert!(Arc::ptr_eq(&shared, &per_type.get(&name(102))));
    }

    #[test]
    fn type_called_other_has_the_same_label_as_the_rest() {
        let per_type = PerType::new(|label: &TypeLabel| label.clone());
        let other = "other".parse().expect("legal");
        assert_eq!(*per_type.get(&other), TypeLabel::other());
    }
}
