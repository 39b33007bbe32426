defmodule ShopWeb.BoardLive do
  @moduledoc """
  What an administrator keeps an eye on: orders as they come, the stock with the least first, the money of the day.
  Events only say that something moved. It is read anew, twice a second at most, however many there are.
  """
  use ShopWeb, :live_view

  alias Shop.{Catalog, Events, Orders}

  @soon 500
  # A new day and a new product send no event.
  @often 30_000
  @orders 20
  @products 30

  @impl true
  def mount(_params, _session, socket) do
    if connected?(socket) do
      Events.subscribe(:stock)
      Events.subscribe({:orders, socket.assigns.current_scope})
      :timer.send_interval(@often, :read)
    end

    {:ok,
     socket
     |> assign(page_title: "Board", due?: false, day: nil)
     |> stream(:orders, [], dom_id: &"order-#{&1.id}")
     |> stream(:products, [], dom_id: &"product-#{&1.sku}")
     |> load(&read/1)}
  end

  @impl true
  def handle_info({:events, _}, %{assigns: %{due?: true}} = socket), do: {:noreply, socket}

  def handle_info({:events, _}, socket) do
    Process.send_after(self(), :read, @soon)
    {:noreply, assign(socket, :due?, true)}
  end

  def handle_info(:read, socket), do: {:noreply, socket |> assign(:due?, false) |> load(&read/1)}

  defp read(socket) do
    page = Orders.list_orders(socket.assigns.current_scope, %{}, nil, @orders)

    socket
    |> stream(:orders, page.items, reset: true)
    |> stream(:products, Catalog.list_scarce(@products), reset: true)
    |> assign(:day, Orders.today())
  end

  @impl true
  def render(assigns) do
    ~H"""
    <Layouts.app flash={@flash} current_scope={@current_scope} away?={@away?}>
      <h1>Board</h1>
      <dl :if={@day} id="day" class="figures">
        <div>
          <dt>Orders today</dt><dd>{@day.count}</dd>
        </div>
        <div>
          <dt>Their money</dt><dd>{Words.money(@day.total)}</dd>
        </div>
        <div>
          <dt>Paid of it</dt><dd>{Words.money(@day.paid)}</dd>
        </div>
      </dl>
      <div class="columns">
        <section aria-labelledby="newest">
          <h2 id="newest">Orders as they come</h2>
          <.orders id="orders" rows={@streams.orders} caption="The newest first; days are those of UTC." />
        </section>
        <section aria-labelledby="stock">
          <h2 id="stock">Stock, low first</h2>
          <table>
            <caption class="aside">The thirty products of which least is left</caption>
            <thead>
              <tr>
                <th scope="col">Product</th><th scope="col" class="number">Stock</th>
              </tr>
            </thead>
            <tbody id="products" phx-update="stream">
              <tr :for={{id, product} <- @streams.products} id={id}>
                <th scope="row">{product.name} <span class="aside">{product.sku}</span></th>
                <td class="number"><.stock count={product.stock} /></td>
              </tr>
            </tbody>
          </table>
        </section>
      </div>
    </Layouts.app>
    """
  end
end
