"""Telling partners' and merchants' own systems what became final, in the form of Standard Webhooks."""
