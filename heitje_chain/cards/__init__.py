"""Cards for people without a phone: a QR on paper and a PIN pay at the till, within limits.

rules     what a card's QR says, which PIN is good, what the limits are
service   issuing, printing and blocking at the counter     till   the PIN, and paying
"""
