//! compose and Kubernetes run the same services, with the same images, ports and variables, and set the same settings.

mod compose;
mod exceptions;
mod kubernetes;
mod parity;
mod service;
mod settings;
#[cfg(test)]
mod tests;

use super::{Finding, SourceFile};

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let read = || {
        let compose = compose::read(files)?;
        Ok((compose, kubernetes::read(files)?, exceptions::read(files)?))
    };
    match read() {
        Ok((compose, kubernetes, exceptions)) => {
            let mut findings = parity::compare(&compose, &kubernetes, &exceptions.differences);
            findings.extend(settings::check(files, &compose, &exceptions));
            findings
        }
        Err(finding) => vec![finding],
    }
}
