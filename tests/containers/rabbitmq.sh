#!/bin/sh
# Starts RabbitMQ as its user. The scripts in /usr/sbin would change the user by themselves, which a container forbids.
set -eu

if [ "$(id -u)" = 0 ]; then
    chown -R rabbitmq: /var/lib/rabbitmq
    exec setpriv --reuid=rabbitmq --regid=rabbitmq --clear-groups "$0"
fi
exec /usr/lib/rabbitmq/bin/rabbitmq-server
