"""Tools can read contract/openapi.yaml: one of them makes a client of it, and leaves nothing out."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
import yaml
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

from rosetta.harness import contract
from rosetta.harness.paths import CONTRACT

DOCUMENT = CONTRACT / "openapi.yaml"
# The generator knows JSON, forms and text; its own option says how to treat what else a client only carries.
CARRIED = {"application/x-ndjson": "application/octet-stream", "application/yaml": "application/octet-stream"}


def client(document: Path, folder: Path, carried: dict[str, str]) -> list[str]:
    """Generate the package `folder` from `document`, and return what the generator complains of or leaves out."""
    options = ConfigFile(content_type_overrides=carried, post_hooks=[])
    config = Config.from_sources(options, MetaType.NONE, document, "utf-8", overwrite=False, output_path=folder)
    return [f"{told.level.value}: {told.header} {told.detail or ''}" for told in generate(config=config)]


def test_a_client_is_generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = client(DOCUMENT, tmp_path / "shop_client", CARRIED)
    assert told == [], "openapi-python-client does not take all of openapi.yaml:\n" + "\n".join(told)
    monkeypatch.syspath_prepend(tmp_path)
    package = importlib.import_module("shop_client")
    modules = [found.name for found in pkgutil.walk_packages(package.__path__, "shop_client.")]
    made = [importlib.import_module(name) for name in modules]
    functions = sorted(module.__name__.rpartition(".")[2] for module in made if hasattr(module, "sync_detailed"))
    names = {operation["operationId"] for item in contract.document()["paths"].values() for operation in item.values()}
    assert functions == sorted(re.sub(r"[A-Z]", lambda letter: "_" + letter[0].lower(), name) for name in names)


def test_what_a_generator_leaves_out_is_told(tmp_path: Path) -> None:
    assert any("/admin/products/import" in line for line in client(DOCUMENT, tmp_path / "without", {}))
    odd = contract.document()["components"]["schemas"]["ImportLine"]["properties"] | {"id": True}
    document = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    document["components"]["schemas"]["ImportLine"]["properties"] = odd
    (tmp_path / "odd.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    assert any("ImportLine" in line for line in client(tmp_path / "odd.yaml", tmp_path / "odd", CARRIED))
