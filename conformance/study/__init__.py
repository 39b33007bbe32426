"""The study pages: a static site that is made of contract, services, cases, proof and reports."""
