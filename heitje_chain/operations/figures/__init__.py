"""Figures that are read from the database when Prometheus asks. Labels are kinds and states, never ids."""
