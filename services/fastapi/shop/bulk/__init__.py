"""Import and export of products."""
