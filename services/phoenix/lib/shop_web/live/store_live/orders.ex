defmodule ShopWeb.StoreLive.Orders do
  @moduledoc "The orders of who is signed in, newest first. An administrator sees everybody's."
  use ShopWeb, :live_view

  alias Shop.{Events, Orders}

  @page 25

  @impl true
  def mount(_params, _session, socket) do
    if connected?(socket), do: Events.subscribe({:orders, socket.assigns.current_scope})

    {:ok,
     socket
     |> assign(page_title: "Orders", last: nil)
     |> stream(:orders, [], dom_id: &"order-#{&1.id}")
     |> load(&list(&1, nil))}
  end

  @impl true
  def handle_event("more", _params, %{assigns: %{last: last}} = socket) when last != nil,
    do: {:noreply, attempt(socket, &list(&1, last))}

  def handle_event("more", _params, socket), do: {:noreply, socket}

  @impl true
  def handle_info({:events, events}, socket) do
    ids = events |> Enum.map(&JSON.decode!(&1.data)["order_id"]) |> Enum.uniq()
    {:noreply, load(socket, &show(&1, Orders.get_orders(&1.assigns.current_scope, ids)))}
  end

  # One that is shown stays where it is.
  defp show(socket, orders), do: Enum.reduce(orders, socket, &stream_insert(&2, :orders, &1, at: 0))

  defp list(socket, position) do
    page = Orders.list_orders(socket.assigns.current_scope, %{}, position, @page)

    socket
    |> assign(:last, page.last && {page.last.created_at, page.last.id})
    |> stream(:orders, page.items, reset: is_nil(position))
  end

  @impl true
  def render(assigns) do
    ~H"""
    <Layouts.app flash={@flash} current_scope={@current_scope} away?={@away?}>
      <h1>Orders</h1>
      <.orders id="orders" rows={@streams.orders} caption="Newest first; states change by themselves." />
      <button :if={@last} class="more" phx-click="more" phx-disable-with="…">Show more</button>
    </Layouts.app>
    """
  end
end
