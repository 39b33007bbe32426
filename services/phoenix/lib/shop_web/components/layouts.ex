defmodule ShopWeb.Layouts do
  @moduledoc "What stands around each page."
  use ShopWeb, :html

  alias Shop.Accounts.Scope

  embed_templates "layouts/*"

  attr :flash, :map, required: true
  attr :current_scope, :map, required: true
  attr :away?, :boolean, default: false, doc: "whether the database is"
  slot :inner_block, required: true

  def app(assigns) do
    ~H"""
    <a href="#main" class="skip">Skip to the content</a>
    <%!-- The pages' guards differ, so each of these is loaded anew. --%>
    <header class="top">
      <.link href={~p"/store"} class="name">Rosetta Shop</.link>
      <nav aria-label="Main">
        <.link href={~p"/store"}>Catalogue</.link>
        <.link :if={@current_scope} href={~p"/store/cart"}>Cart</.link>
        <.link :if={@current_scope} href={~p"/store/orders"}>Orders</.link>
        <.link :if={@current_scope && Scope.admin?(@current_scope)} href={~p"/live"}>Board</.link>
        <.link :if={!@current_scope} href={~p"/store/log-in"}>Sign in</.link>
        <.form :if={@current_scope} for={%{}} action={~p"/store/log-out"} class="inline">
          <button class="quiet">Sign out</button>
        </.form>
      </nav>
    </header>
    <div class="notices" aria-live="polite">
      <p :if={@away?} class="flash error">The shop's database is away. This page goes on by itself when it is back.</p>
      <p class="flash error offline">The connection is lost. It is made again by itself.</p>
      <.flash flash={@flash} kind={:info} />
      <.flash flash={@flash} kind={:error} />
    </div>
    <main id="main" tabindex="-1">{render_slot(@inner_block)}</main>
    """
  end
end
