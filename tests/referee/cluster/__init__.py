"""The referee of the distributed observatory: one process for each role, on real servers."""
