"""Generated requests, and the checks of their answers."""
