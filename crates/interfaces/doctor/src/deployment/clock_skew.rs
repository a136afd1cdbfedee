use std::sync::Arc;

use jiff::Timestamp;

use super::access::Connection;
use crate::{Finding, clock};

/// Compares the clock of this machine with that of the gateway.
pub(super) async fn check(connection: Arc<Connection>) -> Finding {
    let gateway = &connection.access.client.gateway_url;
    let sent = Timestamp::now();
    let Ok(page) = connection.page(gateway, "healthz").await else {
        return Finding::skipped("the gateway does not answer");
    };
    if page.status != 200 {
        return Finding::skipped("what answers is not a gateway");
    }
    clock::skew(sent, Timestamp::now(), &page.date.unwrap_or_default())
}
