"""The faults. Their numbers are in `cluster.registry`."""
