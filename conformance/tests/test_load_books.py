"""The load suite against a database and a generator: the books, the null server."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from load import ceiling, crowd, drive, histogram, null
from load.arm import Arm
from load.ledger import Ledger
from load.window import Measured, Spec
from rosetta.commands import cli
from rosetta.harness import service
from rosetta.harness.database import Databases, run_script
from rosetta.harness.errors import HarnessError
from rosetta.harness.lifecycle import Instance
from rosetta.harness.paths import CONTRACT, ROOT
from rosetta.harness.processes import Local, killed_at_end
from rosetta.runner.console import Screen


@pytest.fixture
def shop(databases: Databases) -> str:
    """A small shop as load finds it."""
    url = databases.create("load")
    for name in ("schema.sql", "functions.sql"):
        run_script(url, CONTRACT / name)
    crowd.settle(url, products=1200, customers=3)
    return url


def buy(url: str, number: int, key: str) -> str:
    """What a check-out of a customer's whole cart leaves in the tables; returns the order's id."""
    with psycopg.connect(url) as database:
        row = database.execute(
            """
            WITH cart AS (UPDATE carts SET status = 'ordered' WHERE user_id = %s RETURNING id, user_id),
            made AS (INSERT INTO orders (user_id, cart_id, subtotal, discount, tax, shipping, total)
                SELECT user_id, id, 10000, 0, 2000, 0, 12000 FROM cart RETURNING id, user_id, cart_id),
            items AS (INSERT INTO order_items
                (order_id, product_id, position, sku, name, unit_price, quantity, discount, tax_rate_bp, tax)
                SELECT made.id, p.id, 1, p.sku, p.name, 10000, 1, 0, 2000, 2000
                FROM made JOIN cart_items USING (cart_id) JOIN products p ON p.id = product_id RETURNING product_id),
            sold AS (UPDATE products SET stock = stock - 1 WHERE id IN (SELECT product_id FROM items))
            INSERT INTO idempotency_keys (user_id, idem_key, fingerprint, response_status, response_body)
            SELECT user_id, %s, 'x', 201, json_build_object('id', id)::text FROM made
            RETURNING response_body::json ->> 'id'""",
            (crowd.customer_id(number), key),
        ).fetchone()
    assert row is not None
    return str(row[0])


def test_books_balance_after_honest_trade(shop: str) -> None:
    ledger = Ledger()
    ledger.add(Measured(bought={"key-0": buy(shop, 0, "key-0")}, added={crowd.sku(5): 3}))
    with psycopg.connect(shop) as database:
        database.execute("UPDATE products SET stock = stock + 3 WHERE sku = %s", (crowd.sku(5),))
    ledger.add(Measured(watched=[_events(shop), []]))
    assert ledger.faults(shop) == []


def test_books_tell_what_was_lost_and_what_was_doubled(shop: str) -> None:
    ledger = Ledger()
    ledger.add(Measured(bought={"key-0": buy(shop, 0, "key-0"), "key-lost": "0"}, watched=[]))
    buy(shop, 1, "key-stranger")
    with psycopg.connect(shop) as database:
        database.execute("UPDATE products SET stock = stock - 1 WHERE sku = %s", (crowd.sku(9),))
    first, _, *others = _events(shop)
    ledger.add(Measured(watched=[[first, *others]]))
    told = "\n".join(ledger.faults(shop))
    assert "1 check-outs were answered with 201 and are not stored so: ['key-lost']" in told
    assert "1 orders come from requests that were refused: ['key-stranger']" in told
    assert f"{crowd.sku(9)} has {crowd.STOCK - 1}, not {crowd.STOCK}" in told
    assert "1 of 1 event streams" in told


def test_a_change_without_an_answer_may_or_may_not_have_happened(shop: str) -> None:
    ledger = Ledger()
    ledger.add(Measured(unknown=["key-0"], unsure={crowd.sku(7): [5, -2]}))
    buy(shop, 0, "key-0")
    with psycopg.connect(shop) as database:
        database.execute("UPDATE products SET stock = stock + 5 WHERE sku = %s", (crowd.sku(7),))
    assert ledger.faults(shop) == []


def _events(url: str) -> list[int]:
    with psycopg.connect(url) as database:
        return [row[0] for row in database.execute("SELECT id FROM events WHERE topic = 'stock' ORDER BY id")]


def test_the_crowd_is_who_the_generator_takes_it_for(shop: str) -> None:
    with psycopg.connect(shop) as database:
        found = database.execute("SELECT email FROM users WHERE id = %s", (crowd.customer_id(2),)).fetchone()
        total = database.execute(
            "SELECT min(price) * 6 / 5 FROM products WHERE sku <= %s", (crowd.sku(999),)
        ).fetchone()
        series = database.execute("SELECT count(*) FROM products WHERE name ILIKE '%s07%'").fetchone()
    assert found == (crowd.email(2),)
    assert total == (crowd.HOT_TOTAL,)
    assert series == (120,)


def test_answers_are_held_against_the_contract() -> None:
    ledger = Ledger()
    headers = [["content-type", "application/json"], ["cache-control", "no-cache"], ["etag", '"1"']]
    good = ["GET", "/products/NULL", 200, headers, null.ANSWER.partition(b"\r\n\r\n")[2].decode()]
    ledger.add(Measured(samples=[good, ["GET", "/products/NULL", 200, headers, '{"sku": "NULL"}']]))
    assert (ledger.checked, len(ledger.violations)) == (2, 1)
    assert "GET /products/NULL" in ledger.violations[0]


@pytest.mark.parametrize("workers", [0, 2])
def test_the_generator_sends_what_is_asked_and_merges_what_it_saw(tmp_path: Path, workers: int) -> None:
    with null.server([0]) as (url, _), drive.generator(tmp_path, ["localhost"] * workers, Screen()) as generator:
        measured = generator.window(Spec(url, {"getProduct": 50}, 1.0, 0.2, "seed", 1000, even=True))
        came = httpx.get(f"{url}/came").json()
    assert measured.errors == {}
    assert measured.sent == {"getProduct": 60}
    assert len(came) == 60
    assert histogram.count(histogram.merged(measured.times.values())) == 50
    assert histogram.count(histogram.merged([measured.lateness])) == 60
    assert {sample[2] for sample in measured.samples} == {200}


def test_a_generator_that_fails_is_told(tmp_path: Path) -> None:
    spec = Spec("http://127.0.0.1:9", {"getProduct": 1}, 0, 0, "seed", 1)
    with drive.generator(tmp_path, [], Screen()) as generator:
        generator.process.kill()
        with pytest.raises(HarnessError, match="the generator ended"):
            generator.window(spec)


def test_a_restless_service_stands_still_while_others_are_measured(tmp_path: Path) -> None:
    def becomes(status: str) -> bool:
        deadline = time.monotonic() + 5
        while seen.status() != status and time.monotonic() < deadline:
            time.sleep(0.005)
        return seen.status() == status

    process = Local(["sleep", "60"], start_new_session=True)
    with killed_at_end(process):
        instance = Instance(process, "http://127.0.0.1:9", tmp_path / "log")
        described = service.load(service.find("gin"))
        one = Arm("gin", described, "1", "", instance, "", 1, 0.0, 0, restless=True)
        seen = psutil.Process(process.pid)
        with one.held():
            assert becomes(psutil.STATUS_STOPPED)
        assert becomes(psutil.STATUS_SLEEPING)
        one.judge_rest(0.05)
        assert not one.restless


def test_without_wrk_it_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(HarnessError, match="wrk") as refused:
        ceiling.require_wrk()
    assert "apt-get install wrk" in refused.value.hint


def test_an_unknown_profile_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE", "gin")
    with pytest.raises(HarnessError, match="no profile huge") as refused:
        cli.commands(["load", "--profile", "huge"], standalone_mode=False)
    assert "quick" in refused.value.hint


def test_stock_workers_find_the_locustfile() -> None:
    done = subprocess.run(
        [ROOT / ".venv" / "bin" / "locust", "-f", drive.JOURNEYS, "--list"],
        check=False,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT / "conformance")},
    )
    assert "Shop" in done.stdout + done.stderr
