defmodule Shop.Orders do
  @moduledoc "Orders after the check-out: who sees them, and how they change (rules ORDER-1 to ORDER-5)."
  import Ecto.Query

  alias Ecto.Changeset
  alias Shop.Accounts.Scope
  alias Shop.Catalog.Product
  alias Shop.Orders.{Order, OrderItem}
  alias Shop.{Page, Precondition, Repo}

  @doc "A page of the orders that the caller may see, their lines with them."
  def list_orders(%Scope{} = scope, query, position, limit) do
    page =
      visible(scope)
      |> with_status(query[:status])
      |> Page.newest(position)
      |> Page.fetch(limit)

    %{page | items: Repo.preload(page.items, :items)}
  end

  def get_order(%Scope{} = scope, id) do
    found(from o in visible(scope), where: o.id == ^id)
  end

  @doc "Those of some orders that the caller may see, the newest last."
  def get_orders(%Scope{} = scope, ids) do
    Repo.all(from o in visible(scope), where: o.id in ^ids, order_by: [o.created_at, o.id], preload: :items)
  end

  @doc "The orders of this day in UTC that were not called off: how many, their money, and what is paid of it."
  def today do
    Repo.one(
      from o in Order,
        where: o.created_at >= fragment("date_trunc('day', now(), 'UTC')"),
        where: o.status not in ["cancelled", "refunded"],
        select: %{
          count: count(),
          total: type(coalesce(sum(o.total), 0), :integer),
          paid: type(coalesce(filter(sum(o.total), o.payment_status == "succeeded"), 0), :integer)
        }
    )
  end

  def cancel_order(%Scope{} = scope, id) do
    Repo.transact(fn ->
      with {:ok, order} <- lock(from o in visible(scope), where: o.id == ^id) do
        cancel(order, if(Scope.admin?(scope), do: ["pending", "paid"], else: ["pending"]))
      end
    end)
  end

  def transition_order(id, if_match, attrs) do
    with {:ok, %{to: to}} <-
           attrs |> Order.transition_changeset() |> Changeset.apply_action(:update) do
      Repo.transact(fn ->
        with {:ok, order} <- lock(from o in Order, where: o.id == ^id),
             :ok <- Precondition.check(if_match, order.version) do
          transition(order, to)
        end
      end)
    end
  end

  @doc "Locks an order inside a transaction, with its lines."
  def lock(query), do: found(lock(query, "FOR UPDATE"))

  defp transition(order, "cancelled"), do: cancel(order, ["pending", "paid"])
  defp transition(%{status: "paid"} = order, "shipped"), do: put_status(order, "shipped")

  defp transition(%{status: "shipped"} = order, "delivered"),
    do: put_status(order, "delivered")

  defp transition(order, to), do: refuse(order, to)

  defp cancel(%{status: "cancelled"} = order, _), do: {:ok, order}

  defp cancel(order, from) do
    if order.status in from do
      restock(order)
      put_status(order, "cancelled")
    else
      refuse(order, "cancelled")
    end
  end

  # Products are locked in one statement, in the order that every service keeps (rule DB-3).
  defp restock(order) do
    sold = from i in OrderItem, where: i.order_id == ^order.id

    Repo.all(
      from p in Product,
        join: i in subquery(sold),
        on: i.product_id == p.id,
        order_by: p.sku,
        lock: fragment("FOR NO KEY UPDATE OF ?", p),
        select: p.id
    )

    Repo.update_all(
      from(p in Product,
        join: i in subquery(sold),
        on: i.product_id == p.id,
        update: [set: [stock: p.stock + i.quantity]]
      ),
      []
    )
  end

  defp put_status(order, status), do: order |> Changeset.change(status: status) |> Repo.update()

  defp refuse(order, to), do: {:error, {:invalid_transition, from: order.status, to: to}}

  defp found(query) do
    case Repo.one(query) do
      nil -> {:error, :not_found}
      order -> {:ok, Repo.preload(order, :items)}
    end
  end

  defp visible(%Scope{} = scope) do
    if Scope.admin?(scope), do: Order, else: where(Order, user_id: ^scope.user_id)
  end

  defp with_status(query, nil), do: query
  defp with_status(query, status), do: where(query, status: ^status)
end
