"""The service behind Heitje: the city's reward coin, from posted job to paid merchant."""

__version__ = "0.1.0"
