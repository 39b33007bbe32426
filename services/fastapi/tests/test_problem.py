import re
from pathlib import Path

from shop.platform.problem import Code

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT.parents[1] / "contract" / "problems.yaml"


def test_the_catalogue_is_the_contract_s() -> None:
    text = CATALOGUE.read_text(encoding="utf-8")
    found = re.findall(r"^(\w+):\n  status: (\d+)\n  title: (.+)$", text, re.MULTILINE)
    assert {code: (int(status), title) for code, status, title in found} == {
        code.name.lower(): (code.status, code.title) for code in Code
    }


def test_every_code_is_used() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "shop").rglob("*.py")]
    used = {name for text in sources for name in re.findall(r"Problem\(\s*Code\.(\w+)", text)}
    assert used == set(Code.__members__)
