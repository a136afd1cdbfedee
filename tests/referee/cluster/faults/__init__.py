"""What each fault does; their numbers are in `cluster.registry`."""
