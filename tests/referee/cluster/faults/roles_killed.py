"""Faults 1, 2, 4 and 5: roles other than the processor are killed at random moments under load."""

from cluster.context import Fault, Context


def inject_gateways(context: Context) -> None:
    """Kills gateways while four submitters send requests, so that kills occur before, during and after commits."""
    for _ in range(8):
        context.pause(0.1, 0.8)
        context.role(context.pick("gateway"), "kill")


def inject_publishers(context: Context) -> None:
    """Kills gateways right after a burst, while its events are being published or confirmed."""
    for turn in range(8):
        context.submit([{"type": "echo"} for _ in range(60)], turn % 2)
        context.pause(0.0, 0.05)
        context.role(context.observatory.numbers("gateway")[turn % 2], "kill")
        context.observatory.await_ready(30)
    context.role(context.pick("processor"), "kill")


def inject_metrics_engine(context: Context) -> None:
    for _ in range(5):
        context.pause(0.3, 1.0)
        context.role(context.pick("metrics-engine"), "kill")


def inject_read_model(context: Context) -> None:
    for _ in range(4):
        context.pause(0.3, 1.0)
        context.role(context.pick("read-model"), "kill")


FAULTS = (
    Fault(1, "a gateway is killed", inject_gateways),
    Fault(2, "a publisher is killed", inject_publishers, loses_attempts=True),
    Fault(4, "the metrics-engine is killed", inject_metrics_engine),
    Fault(5, "the read-model is killed", inject_read_model),
)
