"""The log of privileged acts: every record carries the hash of the one before it."""
