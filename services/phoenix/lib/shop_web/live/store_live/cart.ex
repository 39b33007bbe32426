defmodule ShopWeb.StoreLive.Cart do
  @moduledoc "The cart of who is signed in: quantities, a coupon, and what it costs."
  use ShopWeb, :live_view

  alias Shop.{Carts, Events}

  @impl true
  def mount(_params, _session, socket) do
    if connected?(socket) do
      Events.subscribe(:stock)
      Events.subscribe({:orders, socket.assigns.current_scope})
    end

    # The key of a check-out is part of the address of its page: a reload and a new connection keep it, and a second
    # press orders nothing twice.
    {:ok,
     socket
     |> assign(page_title: "Cart", cart: nil, coupon: coupon_form(), key: Ecto.UUID.generate())
     |> load(&read/1)}
  end

  @impl true
  def handle_event("quantity", %{"sku" => sku, "quantity" => text}, socket) do
    {:noreply,
     attempt(socket, fn %{assigns: %{current_scope: scope}} = socket ->
       case Integer.parse(text) do
         {quantity, ""} -> changed(socket, Carts.put_item(scope, sku, %{"quantity" => quantity}), &quantity_fault/1)
         _ -> put_flash(socket, :error, quantity_fault(nil))
       end
     end)}
  end

  def handle_event("remove", %{"sku" => sku}, socket),
    do: {:noreply, attempt(socket, &changed(&1, Carts.delete_item(&1.assigns.current_scope, sku)))}

  def handle_event("coupon", %{"code" => code}, socket) do
    {:noreply,
     attempt(socket, fn %{assigns: %{current_scope: scope}} = socket ->
       socket |> assign(:coupon, coupon_form(code)) |> changed(Carts.put_coupon(scope, %{"code" => code}))
     end)}
  end

  def handle_event("no-coupon", _params, socket),
    do: {:noreply, attempt(socket, &changed(&1, Carts.delete_coupon(&1.assigns.current_scope)))}

  # What it costs and whether there is enough depends on what others do, and on one's own orders elsewhere.
  @impl true
  def handle_info({:events, events}, socket) do
    skus = if socket.assigns.cart, do: Enum.map(socket.assigns.cart.lines, & &1.sku), else: []

    if Enum.any?(events, &(&1.topic == "orders" or JSON.decode!(&1.data)["sku"] in skus)),
      do: {:noreply, load(socket, &read/1)},
      else: {:noreply, socket}
  end

  defp read(socket), do: assign(socket, :cart, Carts.get_cart(socket.assigns.current_scope))

  defp changed(socket, result, fault \\ &fault/1)
  defp changed(socket, {:ok, cart}, _), do: socket |> clear_flash() |> assign(:cart, cart)
  defp changed(socket, {:error, reason}, fault), do: put_flash(socket, :error, fault.(reason))

  defp fault(%Ecto.Changeset{}), do: "A code has 3 to 20 letters and digits."
  defp fault(reason), do: Words.fault(reason)

  defp quantity_fault(reason) when reason == nil or is_struct(reason, Ecto.Changeset),
    do: "A quantity is a whole number from 1 to 99."

  defp quantity_fault(reason), do: Words.fault(reason)

  defp coupon_form(code \\ ""), do: to_form(%{"code" => code})

  @impl true
  def render(assigns) do
    ~H"""
    <Layouts.app flash={@flash} current_scope={@current_scope} away?={@away?}>
      <h1>Cart</h1>
      <p :if={@cart && @cart.lines == []} class="nothing">
        Your cart is empty. <.link href={~p"/store"}>To the catalogue</.link>
      </p>
      <div :if={@cart && @cart.lines != []} class="columns">
        <ul id="lines" class="lines">
          <li :for={line <- @cart.lines} :key={line.sku} id={"line-#{line.sku}"}>
            <div>
              <h2>{line.name}</h2>
              <p class="aside">{line.sku}, {Words.money(line.unit_price)} each</p>
              <p :if={!line.available} class="problem">No longer sold</p>
              <p :if={line.available && line.stock < line.quantity} class="problem">{Words.stock(line.stock)}</p>
            </div>
            <%!-- A quantity that was typed before a lost connection is not typed again. --%>
            <.form
              for={%{}}
              id={"quantity-#{line.sku}"}
              phx-change="quantity"
              phx-submit="quantity"
              phx-auto-recover="ignore"
              class="inline"
            >
              <input type="hidden" name="sku" value={line.sku} />
              <input
                type="number"
                id={"quantity-of-#{line.sku}"}
                name="quantity"
                value={line.quantity}
                min="1"
                max="99"
                phx-debounce="300"
                aria-label={"Quantity of #{line.name}"}
              />
            </.form>
            <p class="number">{Words.money(line.line_total)}</p>
            <button class="quiet" phx-click="remove" phx-value-sku={line.sku} aria-label={"Remove #{line.name}"}>
              Remove
            </button>
          </li>
        </ul>
        <section class="panel" aria-label="What it costs">
          <.totals figures={@cart} />
          <div :if={@cart.coupon} class="coupon">
            <p>
              Coupon <strong>{@cart.coupon.code}</strong>
              <span :if={@cart.reason} class="problem">{Words.coupon(@cart.reason)}</span>
            </p>
            <button class="quiet" phx-click="no-coupon">Remove</button>
          </div>
          <.form :if={!@cart.coupon} for={@coupon} id="coupon" phx-submit="coupon" class="coupon">
            <.input field={@coupon["code"]} label="Coupon" maxlength="20" autocomplete="off" />
            <button>Apply</button>
          </.form>
          <.link navigate={~p"/store/checkout/#{@key}"} class="button main">Check out</.link>
        </section>
      </div>
    </Layouts.app>
    """
  end
end
