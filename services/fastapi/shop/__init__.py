"""Rosetta Shop on FastAPI."""
