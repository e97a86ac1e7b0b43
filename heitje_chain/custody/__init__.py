"""Wallet keys: made, sealed, kept in two places, re-wrapped, and used to sign.

The private keys are the city's to keep: whoever holds the master key and either place can spend every coin
that residents, merchants and associations hold. `keys`, `restore` and `rotation` are for the worker and the
command line only; `model` and `errors` are for everyone.
"""
