"""What stops coins: a freeze of somebody's coins, and the pause of all."""
