"""Keeping the service running: whether it is ready, its figures, and what was sent to the chain."""
