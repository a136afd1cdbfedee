use super::ArchiveFixture;
use crate::conformance::Check;
use crate::conformance::views::recorded::two_days;

pub(super) const CHECKS: &[Check<ArchiveFixture>] = &[Check::new(
    "the digest of an archive changes with its content alone",
    |f| Box::pin(changes(f)),
)];

async fn changes(f: ArchiveFixture) {
    let mut digests = vec![f.archive.digest().await.expect("reads")];
    for chunk in two_days().await.chunks(300) {
        f.archive.apply(chunk.to_vec()).await.expect("keeps");
        digests.push(f.archive.digest().await.expect("reads"));
    }
    assert!(digests.iter().all(|digest| digest.len() == 64));
    let last = digests.last().cloned();
    assert_eq!(f.archive.digest().await.ok(), last);
    let count = digests.len();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), count);
}
