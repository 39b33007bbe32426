"""`python -m rosetta`: what the Makefile's targets call."""

from rosetta.commands.cli import main

main()
