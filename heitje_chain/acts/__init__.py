"""Acts that somebody signs outside the service: partners for the job escrow, officers for their accounts.

The service writes down what is to be signed (prepare), takes the signature, and relays it. It holds none of
these keys.
"""
