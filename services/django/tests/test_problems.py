import yaml
from django.conf import settings

from shop.http.problems import Problem


def test_catalogue() -> None:
    contract = yaml.safe_load((settings.CONTRACT_DIR / "problems.yaml").read_text())
    told = {each.code: (each.status, each.title) for each in Problem.__subclasses__()}
    assert told == {code: (each["status"], each["title"]) for code, each in contract.items()}
