"""Faults 1, 2, 4 and 5: the other roles are killed, at random moments under load."""

from cluster.scene import Fault, Scene


def strike_gateways(scene: Scene) -> None:
    """Four submitters always have requests on the way: a kill meets them before, in and after the commit."""
    for _ in range(8):
        scene.pause(0.1, 0.8)
        scene.role(scene.pick("gateway"), "kill")


def strike_publishers(scene: Scene) -> None:
    """Right after a burst, while its events are on the way to the broker, or their confirms back."""
    for turn in range(8):
        scene.submit([{"type": "echo"} for _ in range(60)], turn % 2)
        scene.pause(0.0, 0.05)
        scene.role(scene.observatory.numbers("gateway")[turn % 2], "kill")
        scene.observatory.await_ready(30)
    scene.role(scene.pick("processor"), "kill")


def strike_metrics_engine(scene: Scene) -> None:
    for _ in range(5):
        scene.pause(0.3, 1.0)
        scene.role(scene.pick("metrics-engine"), "kill")


def strike_read_model(scene: Scene) -> None:
    for _ in range(4):
        scene.pause(0.3, 1.0)
        scene.role(scene.pick("read-model"), "kill")


FAULTS = (
    Fault(1, "a gateway is killed", strike_gateways),
    Fault(2, "a publisher is killed", strike_publishers, loses_attempts=True),
    Fault(4, "the metrics-engine is killed", strike_metrics_engine),
    Fault(5, "the read-model is killed", strike_read_model),
)
