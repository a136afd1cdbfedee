//! One version of the product and of each toolchain, wherever it is named.

mod product;
mod toolchains;

use super::{Finding, SourceFile};

pub(super) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let mut findings = product::check(files);
    findings.extend(toolchains::check(files));
    findings
}
