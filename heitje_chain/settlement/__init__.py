"""From redeemed coins to euros in a merchant's bank account: redemptions, payout batches, the bank file."""
