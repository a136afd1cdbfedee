use super::ViewsFixture;
use super::recorded::two_days;
use crate::conformance::Check;

pub(super) const CHECKS: &[Check<ViewsFixture>] = &[
    Check::new("the digest changes with the content", |f| {
        Box::pin(changes(f))
    }),
    Check::new("the digest is stable while nothing changes", |f| {
        Box::pin(stays(f))
    }),
];

async fn changes(f: ViewsFixture) {
    let mut digests = vec![f.views.digest().await.expect("reads")];
    for chunk in two_days().await.chunks(200) {
        f.views.apply(chunk.to_vec()).await.expect("folds");
        digests.push(f.views.digest().await.expect("reads"));
    }
    let count = digests.len();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), count);
    assert!(digests.iter().all(|digest| digest.len() == 64));
}

async fn stays(f: ViewsFixture) {
    f.views.apply(two_days().await).await.expect("folds");
    let digest = f.views.digest().await.expect("reads");
    f.views.snapshot().await.expect("reads");
    assert_eq!(f.views.digest().await.expect("reads"), digest);
}
