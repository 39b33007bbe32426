"""The load suite: what a service costs, how fast it answers, and whether its books balance afterwards."""
