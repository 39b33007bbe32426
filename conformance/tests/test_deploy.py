"""The manifests of deploy/kubernetes say of each service what its service.toml says."""

from __future__ import annotations

from typing import Any

import yaml

from rosetta.harness import fleet, service
from rosetta.harness.paths import ROOT

KUBERNETES = ROOT / "deploy/kubernetes"


def kustomization(folder: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((KUBERNETES / folder / "kustomization.yaml").read_text(encoding="utf-8"))
    return found


def test_every_service_has_an_overlay_and_is_of_the_fleet() -> None:
    names = service.names()
    assert sorted(path.name for path in (KUBERNETES / "services").iterdir()) == names
    assert kustomization("fleet")["resources"] == ["service.yaml", *(f"../services/{name}" for name in names)]


def test_memory_is_what_the_cases_allow() -> None:
    for name in service.names():
        overlay = kustomization(f"services/{name}")
        assert overlay["nameSuffix"] == f"-{name}"
        assert overlay["images"] == [{"name": "shop", "newName": f"rosetta-{name}", "newTag": "latest"}]
        requests, limits = yaml.safe_load(overlay["patches"][0]["patch"])
        memory = service.load(service.find(name)).description.memory
        assert memory is not None
        assert requests["value"] == f"{memory.idle}Mi"
        assert limits["value"] == {"memory": f"{memory.peak}Mi"}


def test_the_balancer_of_compose_knows_members_and_pages() -> None:
    balancer = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]["balancer"]
    services = [service.load(service.find(name)) for name in service.names()]
    assert sorted(balancer["environment"]["MEMBERS"].split()) == sorted(balancer["depends_on"]) == service.names()
    with_pages = [fleet.pages_of(each) for each in services if each.description.pages]
    assert with_pages
    assert all(f'echo "{line}"' in balancer["command"][-1] for line in with_pages)
