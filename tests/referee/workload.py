"""Random submissions. Each job has a unique reference in its metadata, by which the checker identifies it."""

import random
import uuid
from dataclasses import dataclass

from history import COMMAND, INVALID, VALID

QUICK_RETRY = {"baseDelayMs": 20, "maxDelayMs": 200, "multiplier": 2.0}
BATCH_SIZES = (1, 2, 10, 50, 50, 200)


@dataclass
class Request:
    path: str
    body: dict
    refs: list[str]
    key: str | None
    expected: str = VALID


class Workload:
    """A seeded source of requests."""

    def __init__(
        self, seed: int, sink_url: str, printf: str, batch_sizes: tuple[int, ...] = BATCH_SIZES,
    ) -> None:
        self._random = random.Random(seed)
        self._sink = sink_url
        self._printf = printf
        self._batch_sizes = batch_sizes
        self._unique_keys = [f"unique-{seed}-{number}" for number in range(3)]

    def next(self) -> Request:
        """Returns a single job, a batch, or a request that must be refused."""
        dice = self._random.random()
        if dice < 0.05:
            return self._refused()
        if dice < 0.20:
            return self._batch()
        return self._single()

    def conflicting(self, request: Request) -> Request:
        """Returns a request with the same key and another body."""
        body = {**request.body, "payload": {"other": self._random.getrandbits(32)}, "type": "echo"}
        ref = self._ref()
        return Request(request.path, {**body, "metadata": {"ref": ref}}, [ref], request.key, INVALID)

    def command(self, job: str, verb: str) -> Request:
        return Request(f"/jobs/{job}/{verb}", {}, [], None, COMMAND)

    def chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def pick(self, items: list):
        return self._random.choice(items)

    def _single(self) -> Request:
        job = self._job()
        key = f"key-{self._ref()}" if self.chance(0.5) else None
        if key is None and self.chance(0.3):
            job["id"] = self._uuid()
        # If its unique key is in use, a submission returns the existing job, and its own id is never used.
        if "id" not in job and self.chance(0.05):
            job["uniqueKey"] = self.pick(self._unique_keys)
        return Request("/jobs", job, [job["metadata"]["ref"]], key)

    def _batch(self) -> Request:
        jobs = [self._job() for _ in range(self.pick(self._batch_sizes))]
        if self.chance(0.5):
            for job in jobs:
                job["id"] = self._uuid()
        return Request("/jobs/batch", {"jobs": jobs}, [job["metadata"]["ref"] for job in jobs], None)

    def _refused(self) -> Request:
        job = self._job()
        job.update(self.pick([
            {"status": "COMPLETED"}, {"maxAttempts": 0}, {"type": "no spaces allowed"}, {"priority": 101},
            {"type": "sleep", "payload": {"ms": "long"}}, {"delayMs": -1},
        ]))
        if self.chance(0.3):
            jobs = [self._job(), job]
            return Request("/jobs/batch", {"jobs": jobs}, [each["metadata"]["ref"] for each in jobs], None,
                           INVALID)
        return Request("/jobs", job, [job["metadata"]["ref"]], None, INVALID)

    def _job(self) -> dict:
        ref = self._ref()
        job = {"metadata": {"ref": ref}, "maxAttempts": self.pick([3, 5, 20]), "retry": QUICK_RETRY, **self._work(ref)}
        if self.chance(0.1):
            job["delayMs"] = self._random.randint(1, 1500)
        if self.chance(0.1):
            job["priority"] = self._random.randint(-100, 100)
        if self.chance(0.2):
            job["queue"] = self.pick(["default", "mail", "reports"])
        return job

    def _work(self, ref: str) -> dict:
        dice = self._random.random()
        if dice < 0.55:
            return {"type": "echo", "payload": {"n": self._random.getrandbits(32)}}
        if dice < 0.60:
            return {"type": "process.run", "payload": {"program": self._printf, "args": ["%s\\n", ref]}}
        if dice < 0.75:
            return {"type": "sleep", "payload": {"ms": self._random.randint(1, 300)}}
        if dice < 0.85:
            return {"type": "flaky", "payload": {"failures": self._random.randint(0, 2)}}
        if dice < 0.90:
            return {"type": "fail", "payload": {"message": "on purpose", "permanent": self.chance(0.5)}}
        return {"type": "http.request", "payload": {"method": "POST", "url": f"{self._sink}/effects/{ref}"}}

    def _ref(self) -> str:
        return f"{self._random.getrandbits(64):016x}"

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))
