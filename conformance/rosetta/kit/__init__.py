"""What cases are written with."""
