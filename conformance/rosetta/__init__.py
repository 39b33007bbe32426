"""The harness of Rosetta Shop: databases, service processes, the contract's checks and reports."""

__version__ = "0.1.0"
