"""Keeps generated submissions independent of each other.

Two different submissions with one idempotency key or one id are a conflict, which no schema can express. Every valid
key and id is therefore replaced by a unique one; invalid ones are sent as generated.
"""

import uuid

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.method.upper() != "POST":
        return
    make_key_unique(case.headers)
    body = case.body
    if not isinstance(body, dict):
        return
    jobs = body.get("jobs")
    for submission in [body, *(jobs if isinstance(jobs, list) else [])]:
        make_id_unique(submission)


def make_key_unique(headers):
    key = (headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and 0 < len(key) <= 200 and all("!" <= c <= "~" for c in key):
        headers["Idempotency-Key"] = f"{key[:164]}{uuid.uuid4()}"


def make_id_unique(submission):
    if not isinstance(submission, dict):
        return
    try:
        is_id = str(uuid.UUID(submission["id"])) == submission["id"].lower()
    except (KeyError, TypeError, ValueError, AttributeError):
        return
    if is_id:
        submission["id"] = str(uuid.uuid4())
