defmodule ShopWeb.StoreLive.Checkout do
  @moduledoc """
  The last look at a cart, and the order. Its idempotency key is in its address, so it outlives a reload, a lost
  connection and this process: whoever presses again gets the order that was made, by the rules of the API.
  """
  use ShopWeb, :live_view

  alias Shop.{Carts, Checkout, Events}
  alias ShopWeb.OrderJSON

  @impl true
  def mount(%{"key" => key}, _session, socket) do
    socket = assign(socket, page_title: "Check out", key: key, cart: nil)

    if match?({:ok, ^key}, Ecto.UUID.cast(key)) do
      if connected?(socket), do: Events.subscribe(:stock)
      {:ok, load(socket, &read/1)}
    else
      {:ok, push_navigate(socket, to: ~p"/store/cart")}
    end
  end

  # What is agreed to is the total that the form shows, not the one that the server thinks it shows.
  @impl true
  def handle_event("order", %{"expected_total" => text}, socket) do
    case Integer.parse(text) do
      {total, ""} -> {:noreply, attempt(socket, &order(&1, total))}
      _ -> {:noreply, load(socket, &read/1)}
    end
  end

  @impl true
  def handle_info({:events, events}, socket) do
    skus = if socket.assigns.cart, do: Enum.map(socket.assigns.cart.lines, & &1.sku), else: []

    if Enum.any?(events, &(JSON.decode!(&1.data)["sku"] in skus)),
      do: {:noreply, load(socket, &read/1)},
      else: {:noreply, socket}
  end

  defp read(socket), do: assign(socket, :cart, Carts.get_cart(socket.assigns.current_scope))

  # The same bytes as a client of the API would send, so that either may repeat what the other began.
  defp order(%{assigns: %{current_scope: scope, key: key}} = socket, total) do
    attrs = %{"expected_total" => total}

    case Checkout.checkout(scope, key, JSON.encode!(attrs), attrs, &OrderJSON.encode/1) do
      {:ok, {made, %{response_location: "/orders/" <> id}}} ->
        socket |> put_flash(:info, told(made)) |> push_navigate(to: ~p"/store/orders/#{id}")

      {:error, :idempotency_key_reused} ->
        socket |> put_flash(:info, "You have ordered this already.") |> push_navigate(to: ~p"/store/orders")

      {:error, %Ecto.Changeset{}} ->
        read(socket)

      {:error, reason} ->
        socket |> put_flash(:error, Words.fault(reason)) |> read()
    end
  end

  defp told(:created), do: "Thank you. Your order is placed."
  defp told(:replayed), do: "You have placed this order already."

  @impl true
  def render(assigns) do
    ~H"""
    <Layouts.app flash={@flash} current_scope={@current_scope} away?={@away?}>
      <h1>Check out</h1>
      <p :if={@cart && @cart.lines == []} class="nothing">
        There is nothing to order. What you have just ordered is among <.link navigate={~p"/store/orders"}>your orders</.link>.
      </p>
      <section :if={@cart && @cart.lines != []} class="panel narrow" aria-label="Your order">
        <ul class="brief">
          <li :for={line <- @cart.lines} :key={line.sku}>
            <span>{line.quantity} × {line.name}</span>
            <span class="number">{Words.money(line.line_total)}</span>
          </li>
        </ul>
        <.totals figures={@cart} />
        <.form for={%{}} id="checkout" phx-submit="order">
          <input type="hidden" name="expected_total" value={@cart.total} />
          <button class="main" phx-disable-with="Placing your order …">Order for {Words.money(@cart.total)}</button>
        </.form>
        <.link navigate={~p"/store/cart"}>Back to the cart</.link>
      </section>
    </Layouts.app>
    """
  end
end
