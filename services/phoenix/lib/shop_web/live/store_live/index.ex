defmodule ShopWeb.StoreLive.Index do
  @moduledoc "The catalogue: searched as one types, with the stock of this moment."
  use ShopWeb, :live_view

  alias Shop.{Carts, Catalog, Events}
  alias ShopWeb.StoreLive.Product

  @page 24
  @sorts [Newest: "newest", Name: "name", "Price, low first": "price", "Price, high first": "-price"]

  @impl true
  def mount(_params, _session, socket) do
    if connected?(socket), do: Events.subscribe(:stock)

    {:ok,
     socket
     |> assign(page_title: "Catalogue", sorts: @sorts, last: nil, in_cart: 0)
     |> stream(:products, [], dom_id: &"product-#{&1.sku}")
     |> load(&count_cart/1)}
  end

  @impl true
  def handle_params(params, _uri, socket) do
    query = query(params)
    {:noreply, socket |> assign(query: query, form: to_form(query)) |> load(&list(&1, nil))}
  end

  # The address holds the query, so that it can be kept and sent to others.
  @impl true
  def handle_event("search", params, socket),
    do: {:noreply, push_patch(socket, to: ~p"/store?#{query(params)}", replace: true)}

  def handle_event("more", _params, %{assigns: %{last: last}} = socket) when last != nil,
    do: {:noreply, attempt(socket, &list(&1, last))}

  def handle_event("more", _params, socket), do: {:noreply, socket}

  def handle_event("add", %{"sku" => sku}, %{assigns: %{current_scope: %{}}} = socket),
    do: {:noreply, attempt(socket, &add(&1, sku))}

  def handle_event("add", _params, socket), do: {:noreply, redirect(socket, to: ~p"/store/log-in")}

  # An event says all that a card needs, so that a sale asks the database nothing for each page that is open.
  @impl true
  def handle_info({:events, events}, socket) do
    for event <- events do
      %{"sku" => sku} = change = JSON.decode!(event.data)
      send_update(Product, id: sku, change: change)
    end

    {:noreply, socket}
  end

  defp query(params) do
    sort = if params["sort"] in Keyword.values(@sorts), do: params["sort"], else: "newest"
    %{"q" => text(params["q"]), "sort" => sort}
  end

  # PostgreSQL has no U+0000.
  defp text(text) when is_binary(text), do: text |> String.replace("\0", "") |> String.slice(0, 64)
  defp text(_), do: ""

  defp list(%{assigns: %{query: %{"q" => text, "sort" => sort}}} = socket, position) do
    page = Catalog.list_products(%{q: text, sort: sort}, position, @page)

    socket
    |> assign(:last, page.last && {key(sort, page.last), page.last.id})
    |> stream(:products, page.items, reset: is_nil(position))
  end

  defp key("newest", product), do: product.created_at
  defp key("name", product), do: product.name
  defp key(_, product), do: product.price

  defp count_cart(%{assigns: %{current_scope: nil}} = socket), do: socket
  defp count_cart(socket), do: show_cart(socket, Carts.get_cart(socket.assigns.current_scope))

  defp add(%{assigns: %{current_scope: scope}} = socket, sku) do
    quantity = for(%{sku: ^sku} = line <- Carts.get_cart(scope).lines, do: line.quantity) |> Enum.sum()

    case Carts.put_item(scope, sku, %{"quantity" => quantity + 1}) do
      {:ok, cart} -> socket |> show_cart(cart) |> put_flash(:info, "#{quantity + 1} × #{sku} in your cart.")
      {:error, %Ecto.Changeset{}} -> put_flash(socket, :error, "You have as many as one order may hold.")
      {:error, reason} -> put_flash(socket, :error, Words.fault(reason))
    end
  end

  defp show_cart(socket, cart), do: assign(socket, :in_cart, Enum.sum_by(cart.lines, & &1.quantity))

  @impl true
  def render(assigns) do
    ~H"""
    <Layouts.app flash={@flash} current_scope={@current_scope} away?={@away?}>
      <div class="heading">
        <h1>Catalogue</h1>
        <.link :if={@in_cart > 0} href={~p"/store/cart"} class="button">
          Your cart: {Words.count(@in_cart, "item")}
        </.link>
      </div>
      <.form for={@form} id="search" class="filters" role="search" phx-change="search" phx-submit="search">
        <.input field={@form["q"]} type="search" label="Search" maxlength="64" phx-debounce="200" autocomplete="off" />
        <.input field={@form["sort"]} type="select" label="Sort by" options={@sorts} />
      </.form>
      <ul id="products" class="cards" phx-update="stream">
        <li :for={{id, product} <- @streams.products} id={id}>
          <.live_component module={Product} id={product.sku} product={product} />
        </li>
        <li id="no-products" class="nothing">{if @away?, do: "…", else: "Nothing is called that."}</li>
      </ul>
      <button :if={@last} class="more" phx-click="more" phx-disable-with="…">Show more</button>
    </Layouts.app>
    """
  end
end
