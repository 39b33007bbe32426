defmodule Shop.Carts do
  @moduledoc "The cart of a user, and the coupons that go into it."
  import Ecto.Query

  alias Ecto.Changeset
  alias Shop.Accounts.Scope
  alias Shop.Carts.{Cart, CartItem, Coupon, Priced}
  alias Shop.Catalog.Product
  alias Shop.Repo

  @most_lines 20

  def get_cart(%Scope{user_id: user_id}), do: Priced.read(user_id)

  def put_item(%Scope{user_id: user_id}, sku, attrs) do
    with {:ok, %{quantity: quantity}} <-
           attrs |> CartItem.changeset() |> Changeset.apply_action(:update) do
      change(user_id, fn cart_id ->
        with {:ok, product_id} <- product(sku),
             :ok <- room(cart_id, product_id) do
          Repo.insert(%CartItem{cart_id: cart_id, product_id: product_id, quantity: quantity},
            on_conflict: [set: [quantity: quantity]],
            conflict_target: [:cart_id, :product_id]
          )
        end
      end)
    end
  end

  def delete_item(%Scope{user_id: user_id}, sku) do
    change_existing(user_id, fn cart_id ->
      Repo.delete_all(
        from i in CartItem,
          join: p in assoc(i, :product),
          where: i.cart_id == ^cart_id and p.sku == ^sku
      )
    end)
  end

  def put_coupon(%Scope{user_id: user_id}, attrs) do
    with {:ok, %{code: code}} <-
           attrs |> Coupon.code_changeset() |> Changeset.apply_action(:update) do
      change(user_id, fn cart_id ->
        case Repo.get_by(Coupon, code: code) do
          nil -> {:error, :coupon_not_found}
          coupon -> {:ok, attach(cart_id, coupon.id)}
        end
      end)
    end
  end

  def delete_coupon(%Scope{user_id: user_id}), do: change_existing(user_id, &attach(&1, nil))

  def create_coupon(attrs) do
    case attrs |> Coupon.changeset() |> Repo.insert() do
      {:error, %{errors: [code: {_, [{:constraint, :unique} | _]}]}} -> {:error, :code_taken}
      result -> result
    end
  end

  @doc "Locks the user's open cart inside a transaction. A check-out that holds it is waited for (rule CART-8)."
  def lock(user_id) do
    Repo.one(from c in Cart, where: c.user_id == ^user_id and c.status == "open", lock: "FOR UPDATE")
  end

  # The answer shows what the database holds after the change, prices included.
  defp change(user_id, fun) do
    Repo.transact(fn ->
      with {:ok, cart_id} <- lock_or_open(user_id),
           {:ok, _} <- fun.(cart_id) do
        {:ok, Priced.read(user_id)}
      end
    end)
  end

  defp change_existing(user_id, fun) do
    Repo.transact(fn ->
      if cart = lock(user_id), do: fun.(cart.id)
      {:ok, Priced.read(user_id)}
    end)
  end

  # The cart that stands in the way of the insert may be ordered before it is locked: then there is room for a new one.
  defp lock_or_open(user_id) do
    case lock(user_id) do
      %Cart{id: id} ->
        {:ok, id}

      nil ->
        %Cart{user_id: user_id}
        |> Changeset.change()
        |> Changeset.foreign_key_constraint(:user_id, name: :carts_user_id_fkey)
        |> Repo.insert(
          on_conflict: :nothing,
          conflict_target: {:unsafe_fragment, "(user_id) WHERE status = 'open'"}
        )
        |> case do
          {:ok, _} -> lock_or_open(user_id)
          {:error, _} -> {:error, :unauthenticated}
        end
    end
  end

  defp product(sku) do
    case Repo.one(from p in Product, where: p.sku == ^sku and p.active, select: p.id) do
      nil -> {:error, :not_found}
      id -> {:ok, id}
    end
  end

  defp room(cart_id, product_id) do
    ids = Repo.all(from i in CartItem, where: i.cart_id == ^cart_id, select: i.product_id)
    if product_id in ids or length(ids) < @most_lines, do: :ok, else: {:error, :cart_full}
  end

  defp attach(cart_id, coupon_id) do
    Repo.update_all(from(c in Cart, where: c.id == ^cart_id), set: [coupon_id: coupon_id])
  end
end
