"""Fault 25: each role is asked to end under load."""

from cluster.scene import Fault, Scene

# Running jobs have 10 s, their records 10 more.
LONGEST_SECONDS = 25


def strike(scene: Scene) -> None:
    scene.submit([{"type": "sleep", "payload": {"ms": scene.random.randint(500, 4_000)}} for _ in range(40)])
    roles = [number for role in ("gateway", "processor", "metrics-engine", "read-model")
             for number in scene.observatory.numbers(role)]
    scene.random.shuffle(roles)
    for number in roles:
        scene.pause(0.1, 0.5)
        end = scene.role(number, "terminate")
        if end["code"] != 0 or end["seconds"] > LONGEST_SECONDS:
            scene.find("exit", f"SIGTERM ended a role under load with {end}")
        scene.notes.setdefault("seconds", []).append(round(end["seconds"], 2))


FAULT = Fault(25, "each role is asked to end", strike)
