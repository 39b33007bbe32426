"""The one open cart of a user, and what it costs."""
