"""A run of cases with pytest: its workers, their fixtures, what is printed."""
