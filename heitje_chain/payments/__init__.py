"""Coins from hand to hand: a till's request, the code of a QR, paying, donating, refunding, the wallet."""
