"""What partners may promise: grants, the attested reserve, mint limits, and the treasurer's awards."""
