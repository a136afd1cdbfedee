"""Fault 3: workers are killed at any point of an attempt."""

from cluster.scene import Fault, Scene

KILLS = 3


def strike(scene: Scene) -> None:
    naps = [{"type": "sleep", "payload": {"ms": scene.random.randint(500, 3_000)}, "maxAttempts": 5} for _ in range(60)]
    scene.submit(naps)
    for _ in range(KILLS):
        scene.pause(0.2, 1.2)
        scene.role(scene.pick("processor"), "kill")


FAULT = Fault(3, "a worker is killed", strike, loses_attempts=True, must_lose_attempts=True)
