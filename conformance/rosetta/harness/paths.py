"""Where things are. The services and the reports may lie elsewhere, as in a workshop."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CONTRACT = ROOT / "contract"
CASES = ROOT / "conformance" / "cases"
SERVICES = Path(os.environ.get("ROSETTA_SERVICES") or ROOT / "services").resolve()
REPORTS = Path(os.environ.get("ROSETTA_REPORTS") or ROOT / "reports").resolve()
