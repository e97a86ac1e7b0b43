"""The books: an append-only double-entry journal in whole cents, and what is read from it."""
