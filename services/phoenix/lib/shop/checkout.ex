defmodule Shop.Checkout do
  @moduledoc "From a cart to an order, once (rules CHECKOUT-1 to CHECKOUT-7)."
  import Ecto.Query
  import Shop.Changeset

  alias Ecto.Changeset
  alias Shop.Accounts.Scope
  alias Shop.Carts
  alias Shop.Carts.{Cart, CartItem, Coupon, CouponRedemption, Priced}
  alias Shop.Catalog.Product
  alias Shop.Checkout.IdempotencyKey
  alias Shop.Orders.{Order, OrderItem}
  alias Shop.{RateLimit, Repo}
  alias Shop.Types.Strict

  @figures [:subtotal, :discount, :tax, :shipping, :total]
  @snapshot [:product_id, :sku, :name, :unit_price, :quantity, :discount, :tax_rate_bp, :tax]

  @doc """
  Makes an order of the caller's cart. `key` is the request's idempotency key, `body` its bytes, and `render` makes of
  an order the text of the answer, which is stored and sent as it is.
  """
  def checkout(%Scope{user_id: user_id}, key, body, attrs, render) do
    with {:ok, %{expected_total: expected}} <-
           attrs |> changeset() |> Changeset.apply_action(:insert),
         :ok <- RateLimit.take(:checkout, user_id) do
      Repo.transact(fn ->
        with :ok <- alone(user_id, key),
             :new <- stored(user_id, key, fingerprint(body)) do
          order(user_id, key, body, expected, render)
        end
      end)
    end
  end

  defp changeset(attrs) do
    {%{}, %{expected_total: Strict.integer()}}
    |> cast_closed(attrs, [:expected_total])
    |> require_members([:expected_total])
    |> validate_range(:expected_total, 0..99_999_999_999)
  end

  defp fingerprint(body),
    do: :sha256 |> :crypto.hash(["POST\n/checkout\n", body]) |> Base.encode16(case: :lower)

  # The lock ends with the transaction. Whoever does not get it is told at once.
  defp alone(user_id, key) do
    %{rows: [[alone?]]} =
      Repo.query!(
        "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))",
        ["idem:#{user_id}:#{key}"],
        cache_statement: "idempotency_lock"
      )

    if alone?, do: :ok, else: {:error, :idempotency_in_progress}
  end

  defp stored(user_id, key, fingerprint) do
    case Repo.get_by(IdempotencyKey, user_id: user_id, idem_key: key) do
      nil -> :new
      %{fingerprint: ^fingerprint} = answer -> {:ok, {:replayed, answer}}
      _ -> {:error, :idempotency_key_reused}
    end
  end

  defp order(user_id, key, body, expected, render) do
    with {:ok, cart} <- lock_cart(user_id),
         priced = lock_and_price(cart),
         :ok <- judge(priced, expected) do
      take_stock(cart)
      order = insert_order(cart, priced)
      redeem(order, priced.coupon)
      {1, _} = Repo.update_all(from(c in Cart, where: c.id == ^cart.id), set: [status: "ordered"])

      {:ok,
       {:created,
        Repo.insert!(%IdempotencyKey{
          user_id: user_id,
          idem_key: key,
          fingerprint: fingerprint(body),
          response_status: 201,
          response_location: "/orders/#{order.id}",
          response_body: render.(order)
        })}}
    end
  end

  defp lock_cart(user_id) do
    case Carts.lock(user_id) do
      nil -> {:error, :cart_empty}
      cart -> {:ok, cart}
    end
  end

  # Coupon, then products in byte order of sku: the order of locks of rule DB-3. What is read after it stays true.
  defp lock_and_price(cart) do
    if cart.coupon_id,
      do: Repo.one(from k in Coupon, where: k.id == ^cart.coupon_id, lock: "FOR NO KEY UPDATE")

    Repo.all(
      from i in CartItem,
        join: p in assoc(i, :product),
        where: i.cart_id == ^cart.id,
        order_by: p.sku,
        lock: fragment("FOR NO KEY UPDATE OF ?", p),
        select: p.id
    )

    Priced.read(cart.user_id)
  end

  # In the order of rule CHECKOUT-5.
  defp judge(priced, expected) do
    archived = for %{available: false} = line <- priced.lines, do: short(line, 0)
    scarce = for line <- priced.lines, line.stock < line.quantity, do: short(line, line.stock)

    cond do
      priced.lines == [] -> {:error, :cart_empty}
      archived != [] -> {:error, {:product_unavailable, lines: archived}}
      scarce != [] -> {:error, {:insufficient_stock, lines: scarce}}
      priced.reason -> {:error, :coupon_not_applicable}
      priced.total != expected -> {:error, {:total_changed, total: priced.total}}
      true -> :ok
    end
  end

  defp short(line, available),
    do: %{sku: line.sku, requested: line.quantity, available: available}

  defp take_stock(cart) do
    Repo.update_all(
      from(p in Product,
        join: i in CartItem,
        on: i.product_id == p.id,
        where: i.cart_id == ^cart.id,
        update: [set: [stock: p.stock - i.quantity]]
      ),
      []
    )
  end

  defp insert_order(cart, priced) do
    order =
      %Order{
        user_id: cart.user_id,
        cart_id: cart.id,
        coupon_code: priced.coupon && priced.coupon.code
      }
      |> Changeset.change(Map.take(priced, @figures))
      |> Repo.insert!()

    items =
      for {line, position} <- Enum.with_index(priced.lines) do
        line |> Map.take(@snapshot) |> Map.merge(%{order_id: order.id, position: position})
      end

    {_, items} = Repo.insert_all(OrderItem, items, returning: true)
    %{order | items: items}
  end

  defp redeem(_, nil), do: :ok

  defp redeem(order, coupon) do
    {1, _} = Repo.update_all(from(k in Coupon, where: k.id == ^coupon.id), inc: [redeemed: 1])

    Repo.insert!(%CouponRedemption{
      coupon_id: coupon.id,
      user_id: order.user_id,
      order_id: order.id
    })
  end
end
