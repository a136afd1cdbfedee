use odd_contracts::{FailureFingerprint, FailureReason, JobType};
use sha2::{Digest, Sha256};

use crate::message_template::message_template;

/// Returns the fingerprint of a failure: the first 64 bits of the SHA-256 of the job type, the reason and the message without
/// its variable parts. Every store and view computes it here, so that groups, jobs and filters agree.
///
/// ```
/// use odd_contracts::FailureReason::Error;
/// use odd_core::failure_fingerprint;
///
/// let mail = "mail".parse()?;
/// let first = failure_fingerprint(&mail, Error, "cannot open '/tmp/a': code 7");
/// let second = failure_fingerprint(&mail, Error, "cannot open '/var/b': code 12");
/// assert_eq!(first, second);
/// # Ok::<(), odd_contracts::InvalidName>(())
/// ```
pub fn failure_fingerprint(
    job_type: &JobType,
    reason: FailureReason,
    message: &str,
) -> FailureFingerprint {
    let mut digest = Sha256::new();
    for part in [
        job_type.as_str(),
        reason.as_str(),
        &message_template(message),
    ] {
        digest.update(part.as_bytes());
        digest.update(b"\x1f");
    }
    let digest: [u8; 32] = digest.finalize().into();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    FailureFingerprint(u64::from_be_bytes(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(job_type: &str, reason: FailureReason, message: &str) -> FailureFingerprint {
        failure_fingerprint(&job_type.parse().expect("a type"), reason, message)
    }

    #[test]
    fn type_reason_and_message_distinguish_failures() {
        let one = of("mail", FailureReason::Error, "no route to host");
        assert_ne!(one, of("page", FailureReason::Error, "no route to host"));
        assert_ne!(
            one,
            of("mail", FailureReason::Permanent, "no route to host")
        );
        assert_ne!(one, of("mail", FailureReason::Error, "no such host"));
    }

    #[test]
    fn fingerprints_do_not_change_between_versions() {
        // Stores keep them: another algorithm would need a migration.
        let kept = of(
            "mail",
            FailureReason::TimedOut,
            "no answer from 10.0.0.7 after 250 ms",
        );
        assert_eq!(kept.to_string(), "5b7de8ecaf09bb08");
    }
}
