"""What people read over several slices: what happened around them, and what stands behind the coins."""
