defmodule ShopWeb.StoreLive.Order do
  @moduledoc "One order, with its state as it is."
  use ShopWeb, :live_view

  alias Shop.Accounts.Scope
  alias Shop.{Events, Orders}

  @impl true
  def mount(%{"id" => id}, _session, socket) do
    socket = assign(socket, page_title: "Order #{Words.number(id)}", id: id, order: nil)

    if match?({:ok, ^id}, Ecto.UUID.cast(id)) do
      if connected?(socket), do: Events.subscribe({:orders, socket.assigns.current_scope})
      {:ok, load(socket, &read/1)}
    else
      {:ok, unknown(socket)}
    end
  end

  @impl true
  def handle_event("cancel", _params, socket) do
    {:noreply,
     attempt(socket, fn %{assigns: %{current_scope: scope, id: id}} = socket ->
       case Orders.cancel_order(scope, id) do
         {:ok, order} -> socket |> assign(:order, order) |> put_flash(:info, "The order is called off.")
         {:error, reason} -> socket |> put_flash(:error, Words.fault(reason)) |> read()
       end
     end)}
  end

  @impl true
  def handle_info({:events, events}, %{assigns: %{id: id}} = socket) do
    if Enum.any?(events, &(JSON.decode!(&1.data)["order_id"] == id)),
      do: {:noreply, load(socket, &read/1)},
      else: {:noreply, socket}
  end

  defp read(%{assigns: %{current_scope: scope, id: id}} = socket) do
    case Orders.get_order(scope, id) do
      {:ok, order} -> assign(socket, :order, order)
      {:error, :not_found} -> unknown(socket)
    end
  end

  # Of a foreign order nobody learns that it is there.
  defp unknown(socket),
    do: socket |> put_flash(:error, Words.fault(:not_found)) |> push_navigate(to: ~p"/store/orders")

  defp cancellable?(order, scope),
    do: order.status == "pending" or (order.status == "paid" and Scope.admin?(scope))

  @impl true
  def render(assigns) do
    ~H"""
    <Layouts.app flash={@flash} current_scope={@current_scope} away?={@away?}>
      <section :if={@order} class="panel narrow">
        <div class="heading">
          <h1>Order {Words.number(@order.id)}</h1>
          <p role="status"><.status status={@order.status} /></p>
        </div>
        <p class="aside">
          <.moment at={@order.created_at} />, payment: {@order.payment_status}
          <span :if={@order.coupon_code}>, coupon: {@order.coupon_code}</span>
        </p>
        <ul class="brief">
          <li :for={item <- @order.items} :key={item.position}>
            <span>{item.quantity} × {item.name}</span>
            <span class="number">{Words.money(item.unit_price * item.quantity)}</span>
          </li>
        </ul>
        <.totals figures={@order} />
        <details :if={cancellable?(@order, @current_scope)}>
          <summary>Cancel the order</summary>
          <button phx-click="cancel" phx-disable-with="…">Yes, call it off</button>
        </details>
        <.link navigate={~p"/store/orders"}>All orders</.link>
      </section>
    </Layouts.app>
    """
  end
end
