import re
from pathlib import Path

from shop.platform.problem import KINDS

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT.parents[1] / "contract" / "problems.yaml"


def test_the_catalogue_is_the_contract_s() -> None:
    text = CATALOGUE.read_text(encoding="utf-8")
    found = re.findall(r"^(\w+):\n  status: (\d+)\n  title: (.+)$", text, re.MULTILINE)
    assert {code: (int(status), title) for code, status, title in found} == {
        code: (kind.status, kind.title) for code, kind in KINDS.items()
    }


def test_every_problem_has_a_kind() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "shop").rglob("*.py")]
    raised = {code for text in sources for code in re.findall(r'Problem\(\s*"(\w+)"', text)}
    assert raised == KINDS.keys()
