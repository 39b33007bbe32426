"""Each operation has one function of its name in a service, and the check of it can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from rosetta.harness import contract, handlers, service
from rosetta.harness.errors import StepFailed

JAVA = "package shop;\nclass Shop {{ Shop {name}(Caller caller) {{ return null; }} }}\n"
WRITTEN = {
    "cs": (
        "static class Shop\n{{\n    static async Task<Ok<Page>> {name}(Caller caller) => null;\n}}\n",
        "ListProducts",
    ),
    "ex": (
        "defmodule Shop do\n  def {name}(conn, _params), do: conn\n  defp helper(conn), do: conn\nend\n",
        "list_products",
    ),
    "go": ("package shop\n\nfunc (h *handler) {name}(c *gin.Context) error {{ return nil }}\n", "listProducts"),
    "java": (JAVA, "listProducts"),
    "ts": (
        "async function {name}(req: Request, res: Response): Promise<void> {{\n  res.json([]);\n}}\n",
        "listProducts",
    ),
    "php": (
        "<?php\n\nclass Shop\n{{\n    public function {name}(): Response {{ return new Response; }}\n}}\n",
        "listProducts",
    ),
    "py": ("@router.get('/x')\nasync def {name}(caller: Caller) -> None:\n    pass\n", "list_products"),
}


def written(folder: Path, suffix: str, name: str) -> Path:
    """A file with a handler of this name."""
    file = folder / f"{name}.{suffix}"
    file.write_text(WRITTEN[suffix][0].format(name=name), encoding="utf-8")
    return file


def of(folder: Path, suffix: str) -> service.Service:
    """A service whose handlers are all files of this suffix."""
    tables = {"toolchain": {"version": ["x"], "minimum": "1", "install": "x"}}
    commands = {"migrate": ["x"], "serve": ["x"]}
    top = {"name": "x", "language": "x", "framework": "x", "data": "x", "handlers": [f"*.{suffix}"]}
    return service.Service(folder, service.Description.model_validate({**tables, **top, "commands": commands}))


@pytest.mark.parametrize("suffix", WRITTEN)
def test_a_handler_is_found_by_its_name(tmp_path: Path, suffix: str) -> None:
    file = written(tmp_path, suffix, WRITTEN[suffix][1])
    [found] = handlers.find(of(tmp_path, suffix))
    assert (found.operation, found.file) == ("listProducts", file)
    assert WRITTEN[suffix][1] in file.read_text(encoding="utf-8").splitlines()[found.first - 1]


@pytest.mark.parametrize(
    ("suffix", "name"),
    [
        ("cs", "listProducts"),
        ("go", "list_products"),
        ("java", "ListProducts"),
        ("php", "ListProducts"),
        ("py", "listProducts"),
        ("ts", "ListProducts"),
        ("ex", "listProducts"),
    ],
)
def test_another_casing_is_another_name(tmp_path: Path, suffix: str, name: str) -> None:
    written(tmp_path, suffix, name)
    assert handlers.find(of(tmp_path, suffix)) == []


def test_each_operation_has_one() -> None:
    told = handlers.wrong(service.Service(Path(), of(Path(), "go").description))
    assert len(told) == 30 == len(contract.operations())
    assert "checkout has 0 handlers, not one" in told


def test_two_are_told(tmp_path: Path) -> None:
    for name in contract.operations():
        written(tmp_path, "java", name)
    assert handlers.wrong(of(tmp_path, "java")) == []
    (tmp_path / "More.java").write_text(JAVA.format(name="getMe"), encoding="utf-8")
    assert handlers.wrong(of(tmp_path, "java")) == ["getMe has 2 handlers, not one: More.java:2, getMe.java:2"]


def test_a_file_without_a_grammar_is_told(tmp_path: Path) -> None:
    (tmp_path / "shop.txt").touch()
    with pytest.raises(StepFailed, match=r"no grammar reads shop\.txt"):
        handlers.find(of(tmp_path, "txt"))
