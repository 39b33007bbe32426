"""What operators and tools call."""
