"""Chain = books = bank: compared at one block, and every row named that differs."""
