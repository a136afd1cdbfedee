//! Users of PostgreSQL, Redis and MongoDB, and the logins of the pages for administrators.

use serde_json::json;

use super::credentials::Credentials;
use super::secret::Secret;

pub(super) fn secrets(credentials: &Credentials) -> Vec<Secret> {
    let password = |name| credentials.get(name).to_owned();
    vec![
        Secret::new(
            "postgres-password",
            ("postgres", "password"),
            password("postgres-postgres"),
        ),
        Secret::new(
            "postgres-users.sql",
            ("postgres", "users.sql"),
            postgres_users(credentials),
        ),
        Secret::new(
            "redis-users.acl",
            ("redis", "users.acl"),
            redis_users(credentials),
        ),
        Secret::new(
            "mongodb-root-password",
            ("mongodb", "root-password"),
            password("mongodb-root"),
        ),
        Secret::new(
            "mongodb-users.js",
            ("mongodb", "users.js"),
            mongodb_users(credentials),
        ),
        Secret::new(
            "grafana-password",
            ("grafana", "password"),
            password("grafana-admin"),
        ),
        Secret::new(
            "pgadmin-password",
            ("pgadmin", "password"),
            password("pgadmin-admin"),
        ),
        Secret::new("pgadmin-pgpass", ("pgadmin", "pgpass"), pgpass(credentials)),
        Secret::new(
            "mongo-express-url",
            ("mongo-express", "url"),
            mongo_express_url(credentials),
        ),
        Secret::new(
            "mongo-express-password",
            ("mongo-express", "password"),
            password("mongo-express-admin"),
        ),
        Secret::new(
            "redisinsight-databases.json",
            ("redisinsight", "databases.json"),
            redisinsight_databases(credentials),
        ),
    ]
}

/// Run once, when the data directory of PostgreSQL is created.
fn postgres_users(credentials: &Credentials) -> String {
    let password = credentials.get("postgres-observatory");
    format!(
        "CREATE ROLE observatory LOGIN PASSWORD '{password}';\nCREATE DATABASE observatory OWNER observatory;\n"
    )
}

/// Read at each start of Redis. The read-model runs scripts, in which only commands are allowed that it may call itself.
fn redis_users(credentials: &Credentials) -> String {
    let user = |name: &str, rules: &str| {
        let password = credentials.get(&format!("redis-{name}"));
        format!("user {name} on >{password} {rules}\n")
    };
    [
        user("default", "resetchannels -@all +ping"),
        user("metrics-engine", "~* &* +@all -@dangerous +info"),
        user(
            "read-model",
            "~* resetchannels -@all +@read +@connection +@scripting +info",
        ),
        user(
            "redisinsight",
            "~* &* +@all -@admin -@dangerous +info +keys",
        ),
    ]
    .concat()
}

/// Run once, when the data directory of MongoDB is created.
fn mongodb_users(credentials: &Credentials) -> String {
    let user = |name: &str, role: &str| {
        let password = credentials.get(&format!("mongodb-{name}"));
        let document = json!({
            "user": name,
            "pwd": password,
            "roles": [{"role": role, "db": "observatory"}],
        });
        format!("db.getSiblingDB(\"admin\").createUser({document});\n")
    };
    user("metrics-engine", "readWrite") + &user("mongo-express", "read")
}

fn pgpass(credentials: &Credentials) -> String {
    let password = credentials.get("postgres-observatory");
    format!("postgres:5432:*:observatory:{password}\n")
}

fn mongo_express_url(credentials: &Credentials) -> String {
    let password = credentials.get("mongodb-mongo-express");
    format!("mongodb://mongo-express:{password}@mongodb:27017/observatory?authSource=admin")
}

fn redisinsight_databases(credentials: &Credentials) -> String {
    let database = json!([{
        "id": "observatory",
        "name": "Observatory",
        "host": "redis",
        "port": 6379,
        "username": "redisinsight",
        "password": credentials.get("redis-redisinsight"),
        "compressor": "NONE",
    }]);
    format!("{database:#}\n")
}
