defmodule ShopWeb.CoreComponents do
  @moduledoc "The pieces that several pages are made of."
  use Phoenix.Component
  use ShopWeb, :verified_routes

  alias Phoenix.HTML.FormField
  alias ShopWeb.Words

  attr :flash, :map, required: true
  attr :kind, :atom, values: [:info, :error]

  def flash(assigns) do
    ~H"""
    <p :if={text = Phoenix.Flash.get(@flash, @kind)} class={["flash", @kind]} id={"flash-#{@kind}"}>
      <span>{text}</span>
      <button type="button" class="quiet" phx-click="lv:clear-flash" phx-value-key={@kind} aria-label="Close">×</button>
    </p>
    """
  end

  attr :field, FormField, required: true
  attr :label, :string, required: true
  attr :type, :string, default: "text"
  attr :options, :list, default: [], doc: "of a select"
  attr :rest, :global, include: ~w(autocomplete maxlength placeholder required)

  def input(assigns) do
    ~H"""
    <div class="field">
      <label for={@field.id}>{@label}</label>
      <select :if={@type == "select"} id={@field.id} name={@field.name} {@rest}>
        {Phoenix.HTML.Form.options_for_select(@options, @field.value)}
      </select>
      <input :if={@type != "select"} type={@type} id={@field.id} name={@field.name} value={@field.value} {@rest} />
    </div>
    """
  end

  attr :count, :integer, required: true

  def stock(assigns) do
    ~H"""
    <span class={["stock", @count == 0 && "none", @count in 1..5 && "low"]} data-stock={@count}>{Words.stock(@count)}</span>
    """
  end

  attr :status, :string, required: true

  def status(assigns) do
    ~H"""
    <span class={["status", @status]}>{@status}</span>
    """
  end

  attr :figures, :map, required: true, doc: "of a cart or an order"

  def totals(assigns) do
    ~H"""
    <dl class="totals">
      <div>
        <dt>Subtotal</dt><dd>{Words.money(@figures.subtotal)}</dd>
      </div>
      <div :if={@figures.discount > 0}>
        <dt>Discount</dt><dd>−{Words.money(@figures.discount)}</dd>
      </div>
      <div>
        <dt>Tax</dt><dd>{Words.money(@figures.tax)}</dd>
      </div>
      <div>
        <dt>Shipping</dt><dd>{Words.money(@figures.shipping)}</dd>
      </div>
      <div class="total">
        <dt>Total</dt><dd>{Words.money(@figures.total)}</dd>
      </div>
    </dl>
    """
  end

  attr :id, :string, required: true
  attr :rows, :any, required: true, doc: "a stream of orders"
  attr :caption, :string, required: true

  def orders(assigns) do
    ~H"""
    <table>
      <caption class="aside">{@caption}</caption>
      <thead>
        <tr>
          <th scope="col">Order</th>
          <th scope="col" class="wide">Placed</th>
          <th scope="col" class="number medium">Items</th>
          <th scope="col" class="number">Total</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody id={@id} phx-update="stream">
        <tr :for={{id, order} <- @rows} id={id}>
          <th scope="row"><.link href={~p"/store/orders/#{order.id}"}>{Words.number(order.id)}</.link></th>
          <td class="wide"><.moment at={order.created_at} /></td>
          <td class="number medium">{Enum.sum_by(order.items, & &1.quantity)}</td>
          <td class="number">{Words.money(order.total)}</td>
          <td><.status status={order.status} /></td>
        </tr>
      </tbody>
    </table>
    """
  end

  attr :at, DateTime, required: true

  def moment(assigns) do
    ~H"""
    <time datetime={DateTime.to_iso8601(@at)}>{Words.moment(@at)}</time>
    """
  end
end
