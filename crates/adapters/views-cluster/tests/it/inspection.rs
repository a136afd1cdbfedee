use odd_views_cluster::inspect_redis;

use crate::servers::RedisServer;

#[tokio::test]
async fn inspection_reports_persistence_and_eviction() {
    let server = RedisServer::start();
    let inspection = inspect_redis(&server.config()).await.expect("reachable");
    assert!(
        inspection.appendonly && !inspection.evicts,
        "{inspection:?}"
    );
    assert!(inspection.server_version.contains('.'), "{inspection:?}");
    let set = |name: &str, value: &str| {
        let command = [
            b"CONFIG".as_slice(),
            b"SET",
            name.as_bytes(),
            value.as_bytes(),
        ];
        let _: String = server.command(&command);
    };
    set("maxmemory", "100mb");
    set("maxmemory-policy", "allkeys-lru");
    set("appendonly", "no");
    let changed = inspect_redis(&server.config()).await.expect("reachable");
    assert!(!changed.appendonly && changed.evicts, "{changed:?}");
}
