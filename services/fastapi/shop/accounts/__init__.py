"""Registration, log-in and tokens."""
