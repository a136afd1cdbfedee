#!/bin/bash
# The health check only asks whether the server answers.
exec 3<> /dev/tcp/127.0.0.1/27017
