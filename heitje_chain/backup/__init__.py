"""One file with everything that a lost machine's successor needs, and the way back.

`taking` writes it while the service runs, `restoring` reads it into an empty place. `archive` is its outer
form (age, gzip, tar), `rows` how a table becomes lines, `identity` who can open it. The master key, the
sending account's key and officers' keys are never in it.
"""
