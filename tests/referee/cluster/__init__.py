"""The referee of the distributed observatory: one process per role, on real servers."""
