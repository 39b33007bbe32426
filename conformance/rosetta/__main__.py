"""`python -m rosetta`: what the Makefile's targets call."""

from rosetta.cli import main

main()
