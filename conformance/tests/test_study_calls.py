"""What a handler calls is found in each language that a service may be written in."""

from __future__ import annotations

from pathlib import Path

import pytest

from rosetta.harness import handlers
from study import calls, code, definitions
from study.calls import Code, Reference
from study.definitions import Definition, Module
from study.languages import LANGUAGES

# Of each language two files: a handler, and a module whose function it calls, with a type, a value and a statement.
PYTHON = {
    "shop/checkout/api.py": """
from shop.checkout.schemas import Checkout
from shop.checkout import services

KEY = "x"

@router.post("/checkout")
def checkout(request, body: Checkout):
    key = KEY  # checkout() in a comment calls nothing
    return services.place(request, "judge()")
""",
    "shop/checkout/schemas.py": "class Checkout(Schema):\n    total: int\n",
    "shop/checkout/services.py": """
# What is asked of the database.
LOCK = text("SELECT 1 FOR UPDATE")

def place(request, key):
    lock()
    return judge(request)

def judge(request):
    return request

def lock():
    return LOCK
""",
}
TYPESCRIPT = {
    "src/checkout/router.ts": """
import { placeOrder as place } from './service.ts';
import * as repository from '../carts/repository.ts';
import { Checkout } from './schemas.ts';

export function createRouter() {
  return router;

  async function checkout(req: Request): Promise<void> {
    const body = validate(Checkout, req);
    await repository.lockCart(body);
    await place(body);
  }
}
""",
    "src/checkout/schemas.ts": "export const Checkout = z.strictObject({ total: z.int() });\n",
    "src/checkout/service.ts": "export function placeOrder(body: Body) {\n  return body;\n}\n",
    "src/carts/repository.ts": "export const lockCart = async (body: Body) => sql`select 1`;\n",
}
GO = {
    "internal/checkout/checkout.go": """
package checkout

import (
	"example/internal/carts"
	db "example/internal/store"
)

type request struct {
	Total *int64
}

func (h *handler) checkout(c *gin.Context) error {
	var r request
	cart := carts.Read(c)
	db.Open(c)
	return queries.CloseCart(c, judge(cart, r))
}

func judge(cart carts.Cart, r request) error { return nil }
""",
    "internal/carts/cart.go": "package carts\n\n// Read reads.\nfunc Read(c Context) Cart { return none }\n",
    "internal/store/carts.go": """
package store

const closeCart = `UPDATE carts`

func (q *Queries) CloseCart(c Context) error { return q.db.Exec(c, closeCart) }

func Open(c Context) {}
""",
}
JAVA = {
    "src/main/java/shop/checkout/CheckoutController.java": """
package shop.checkout;

import shop.carts.Cart;

class CheckoutController {
	private final CheckoutService service;

	ResponseEntity<String> checkout(@RequestBody CheckoutService.Body body) {
		return this.service.checkout(body).map((each) -> judge(each));
	}

	private static Cart judge(Cart cart) {
		return Cart.of(cart.total());
	}
}
""",
    "src/main/java/shop/checkout/CheckoutService.java": """
package shop.checkout;

class CheckoutService {
	@Transactional
	Answer checkout(Body body) {
		return null;
	}

	record Body(long total) {
	}
}
""",
    "src/main/java/shop/carts/Cart.java": """
package shop.carts;

public record Cart(long total) {
	static Cart of(long total) {
		return new Cart(total);
	}
}
""",
}
RUST = {
    "src/checkout/mod.rs": """
use crate::carts;
use super::problem::Problem;

const LIMIT: u32 = 20;

#[post("/checkout")]
pub async fn checkout(body: Json<Checkout>) -> Result<Order, Problem> {
    take(LIMIT).await?;
    let cart = carts::read(&body).await?;
    repository.close_cart(cart).await
}

async fn take(limit: u32) {}

struct Checkout {
    total: i64,
}
""",
    "src/carts.rs": """
pub async fn read(body: &Checkout) -> Cart { todo() }

impl Repository {
    fn close_cart(&self) {}
}
""",
    "src/problem.rs": "pub enum Problem {\n    Gone,\n}\n",
}
CSHARP = {
    "Checkout/CheckoutEndpoints.cs": """
using Shop.Carts;

namespace Shop.Checkout;

public static class CheckoutEndpoints
{
    const int Limit = 20;

    public static async Task<IResult> Checkout(CheckoutRequest request, CartReader carts)
    {
        var cart = await carts.ReadAsync(Limit);
        return Judge(cart);
    }

    static IResult Judge(Cart cart) => Results.Ok(cart);
}

public record CheckoutRequest(long Total);
""",
    "Carts/CartReader.cs": """
namespace Shop.Carts;

public class CartReader
{
    public Task<Cart> ReadAsync(int limit) => db.QueryAsync("SELECT 1");
}
""",
}
PHP = {
    "app/Http/CheckoutController.php": """<?php
namespace App\\Http;

use App\\Carts\\CartReader;

class CheckoutController
{
    public function checkout(CheckoutRequest $request, CartReader $reader)
    {
        $cart = $reader->read($request);
        return $this->judge($cart);
    }

    private function judge($cart)
    {
        return $cart;
    }
}
""",
    "app/Http/CheckoutRequest.php": "<?php\nnamespace App\\Http;\n\nclass CheckoutRequest extends FormRequest\n{\n}\n",
    "app/Carts/CartReader.php": """<?php
namespace App\\Carts;

class CartReader
{
    public function read($request)
    {
        return DB::select('SELECT 1');
    }
}
""",
}
ELIXIR = {
    "lib/shop_web/checkout_controller.ex": """
defmodule ShopWeb.CheckoutController do
  alias Shop.Carts

  def checkout(conn, params) do
    cart = Carts.read(conn)
    judge(cart)
  end

  defp judge(nil), do: nil
  defp judge(cart), do: cart
end
""",
    "lib/shop/carts.ex": """
defmodule Shop.Carts do
  def read(conn) do
    Repo.one(conn)
  end
end
""",
}
WALKS = {
    "python": (PYTHON, ["checkout", "Checkout", "KEY", "place", "lock", "LOCK", "judge"]),
    "typescript": (TYPESCRIPT, ["checkout", "Checkout", "lockCart", "placeOrder"]),
    "go": (GO, ["checkout", "request", "Read", "Open", "CloseCart", "closeCart", "judge"]),
    "java": (JAVA, ["checkout", "CheckoutService", "judge", "Cart"]),
    "rust": (RUST, ["checkout", "Checkout", "Problem", "take", "LIMIT", "read", "close_cart"]),
    "csharp": (CSHARP, ["Checkout", "CheckoutRequest", "CartReader", "Limit", "Judge"]),
    "php": (PHP, ["checkout", "CheckoutRequest", "CartReader", "judge"]),
    "elixir": (ELIXIR, ["checkout", "read", "judge"]),
}


def modules(files: dict[str, str]) -> list[Module]:
    """What the files define."""
    found = [definitions.module(code.source("mine", path, text)) for path, text in files.items()]
    return [each for each in found if each is not None]


def handler(read: list[Module]) -> Definition:
    """The function of the first file that bears the operation's name."""
    return next(each for each in read[0].definitions if each.kind == "function" and each.name.lower() == "checkout")


@pytest.mark.parametrize("language", WALKS)
def test_what_a_handler_reaches_comes_in_the_order_of_the_call(language: str) -> None:
    files, expected = WALKS[language]
    read = modules(files)
    assert [step.definition.name for step in Code(read).walk(handler(read))] == expected


def test_every_language_of_handlers_can_be_shown() -> None:
    assert handlers.GRAMMARS.keys() <= LANGUAGES.keys()


def test_what_is_ambiguous_is_left_out() -> None:
    again = {
        "shop/checkout/other.py": "class Other:\n    def save(self): ...\nclass Another:\n    def save(self): ...\n"
    }
    text = "from shop.checkout import other\ndef checkout(thing):\n    thing.save()\n"
    read = modules({"shop/checkout/api.py": text, **again})
    assert [step.definition.name for step in Code(read).walk(handler(read))] == ["checkout"]


def test_a_definition_has_its_comment_its_decorator_and_its_size() -> None:
    read = modules(PYTHON)
    checkout, lock = handler(read), read[2].definitions[0]
    assert checkout.source.text.split("\n")[checkout.first - 1] == '@router.post("/checkout")'
    assert (checkout.length, checkout.size) == (4, 4)
    assert (lock.name, lock.length, lock.size) == ("LOCK", 2, 1)


def test_what_commands_made_is_no_part_of_a_service(tmp_path: Path) -> None:
    for name in ("shop/a.py", ".venv/b.py", "node_modules/c.ts", "tests/test_a.py", "migrations/0001.py", "notes.txt"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("# why\n\nx = 1\n")
    (tmp_path / "gone.sql").symlink_to("nowhere.sql")
    read = code.read(tmp_path, "mine")
    sizes = {each.path: each.size() if each.is_counted else None for each in read}
    assert sizes == {"migrations/0001.py": None, "shop/a.py": 1, "tests/test_a.py": None}


def test_clauses_of_one_name_are_one_definition() -> None:
    [judge] = [each for each in modules(ELIXIR)[0].definitions if each.name == "judge"]
    assert judge.length == 2


def test_an_arrow_is_a_dot_in_php_alone() -> None:
    assert Reference("judge", "", True) in list(calls.references("(each) -> judge(each)"))


def test_the_platform_is_what_three_areas_reach() -> None:
    read = modules(PYTHON)
    walk = Code(read).walk(handler(read))
    areas = {"one": "catalog", "two": "carts", "three": "orders", "four": "orders"}
    few = {"one": walk[:1], "two": walk[:1], "three": walk, "four": walk}
    assert calls.platform(few, areas) == {walk[0].definition}
