#!/bin/sh
# Starts PostgreSQL as the public image does: the first start creates the data directory with checksums and a password, and runs
# the scripts in /docker-entrypoint-initdb.d.
set -eu

if [ "$(id -u)" = 0 ]; then
    install -d -o postgres -g postgres "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --clear-groups "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    mkdir -p "$PGDATA"
    # shellcheck disable=SC2086 # several options in one variable
    initdb --pgdata="$PGDATA" --username=postgres --pwfile="$POSTGRES_PASSWORD_FILE" \
        --auth-local=trust --auth-host=scram-sha-256 ${POSTGRES_INITDB_ARGS:-}
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >> "$PGDATA/postgresql.conf"
    pg_ctl --pgdata="$PGDATA" --options="-c listen_addresses=''" --wait start
    for script in /docker-entrypoint-initdb.d/*.sql; do
        psql --username=postgres --set=ON_ERROR_STOP=1 --file="$script"
    done
    pg_ctl --pgdata="$PGDATA" --mode=fast --wait stop
fi

exec "$@"
