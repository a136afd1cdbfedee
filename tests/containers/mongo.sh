#!/bin/sh
# FerretDB in place of MongoDB. It has one user: the first that the script for MongoDB creates.
set -eu

value() {
    sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" /docker-entrypoint-initdb.d/10-users.js | head -n 1
}

FERRETDB_SETUP_PASSWORD=$(value pwd)
export FERRETDB_SETUP_PASSWORD
exec ferretdb --handler=sqlite --telemetry=disable --debug-addr=- --log-level=warn \
    --listen-addr=0.0.0.0:27017 --state-dir=/data/db --sqlite-url=file:/data/db/ \
    --test-enable-new-auth --setup-database=admin --setup-username="$(value user)"
