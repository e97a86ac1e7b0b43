"""Texts that stay off the chain: a job's description, why work was rejected, what a resident says to it."""
