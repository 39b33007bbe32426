"""Reading products."""
