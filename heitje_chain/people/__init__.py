"""Residents, and later merchants, partners and associations: who they are, and their way onto the chain."""
