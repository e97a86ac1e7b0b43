"""The edge of the service: what every route shares, and no slice of its own.

A route parses, calls one service function, returns. This package gives it the transaction (`transaction`),
the answer that is the same however often it is asked (`idempotency`), lists in pages (`paging`), refusals as
problem details (`problems`), bounds on what is read (`limits`, `queries`) and streams of events (`streams`).
Pages of HTML come from `pages` and its templates; `reference` is the page that describes the API.
`faults.install` puts all of it on an application. Who asks, and which scope a route needs, is declared with
`people/api/bearer.py: Needs`.
"""
