"""`python -m rosetta`: what the Makefile's targets call."""

from rosetta.harness.environment import begin_anew

if __name__ == "__main__":
    begin_anew()

    from rosetta.commands.cli import main  # read with a clean environment

    main()
