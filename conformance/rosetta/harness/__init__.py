"""What everything else stands on: the contract, databases, services and their processes, reports."""
