defmodule ShopWeb.Router do
  use ShopWeb, :router
  use Plug.ErrorHandler

  import ShopWeb.UserAuth, only: [fetch_current_scope: 2, require_customer: 2, require_admin: 2]

  alias ShopWeb.Plugs.{Authenticate, Authorize, PathParams}
  alias ShopWeb.{Recovery, UserAuth}

  @session Application.compile_env!(:shop, :session)
  @policy "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " <>
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

  pipeline :public do
    plug :put_format, "json"
    plug :no_store
  end

  # On a path that needs a token, nothing of the request is read before it (rule HTTP-1).
  pipeline :signed_in do
    plug Authenticate
  end

  pipeline :back_office do
    plug Authorize, role: "admin"
  end

  pipeline :well_formed do
    plug PathParams
  end

  # The pages' own, since the API has neither forms nor a session.
  pipeline :browser do
    plug :accepts, ["html"]
    # Behind a balancer that ends TLS, cookies are for TLS alone.
    plug Plug.RewriteOn, [:x_forwarded_proto]
    plug Plug.Parsers, parsers: [:urlencoded], pass: [], length: 8_000
    plug Plug.Session, @session
    plug :fetch_session
    plug :fetch_live_flash
    plug :put_root_layout, html: {ShopWeb.Layouts, :root}
    plug :protect_from_forgery
    plug :secure
    plug :no_store
    plug :fetch_current_scope
  end

  scope "/store", ShopWeb do
    pipe_through :browser

    get "/log-in", SessionController, :new
    post "/log-in", SessionController, :create
    post "/log-out", SessionController, :delete

    live_session :anybody, on_mount: [{UserAuth, :anybody}, Recovery] do
      live "/", StoreLive.Index
    end
  end

  scope "/store", ShopWeb do
    pipe_through [:browser, :require_customer]

    live_session :customer, on_mount: [{UserAuth, :customer}, Recovery] do
      live "/cart", StoreLive.Cart
      live "/checkout/:key", StoreLive.Checkout
      live "/orders", StoreLive.Orders
      live "/orders/:id", StoreLive.Order
    end
  end

  scope "/live", ShopWeb do
    pipe_through [:browser, :require_admin]

    live_session :admin, on_mount: [{UserAuth, :admin}, Recovery] do
      live "/", BoardLive
    end
  end

  scope "/", ShopWeb do
    pipe_through [:public, :well_formed]

    get "/products", CatalogController, :list_products
    get "/products/:sku", CatalogController, :get_product

    post "/auth/register", AccountsController, :register
    post "/auth/login", AccountsController, :login
    post "/auth/refresh", AccountsController, :refresh_token
    post "/auth/logout", AccountsController, :logout

    post "/webhooks/payments", WebhooksController, :payment_webhook
    get "/events", EventsController, :stream_events

    get "/healthz", OpsController, :liveness
    get "/readyz", OpsController, :readiness
    get "/metrics", OpsController, :metrics
    get "/openapi.yaml", OpsController, :contract
  end

  scope "/", ShopWeb do
    pipe_through [:public, :signed_in, :well_formed]

    get "/me", AccountsController, :get_me

    get "/cart", CartsController, :get_cart
    put "/cart/items/:sku", CartsController, :put_cart_item
    delete "/cart/items/:sku", CartsController, :delete_cart_item
    put "/cart/coupon", CartsController, :put_cart_coupon
    delete "/cart/coupon", CartsController, :delete_cart_coupon

    post "/checkout", CheckoutController, :checkout
    get "/orders", OrdersController, :list_orders
    get "/orders/:id", OrdersController, :get_order
    post "/orders/:id/cancel", OrdersController, :cancel_order
  end

  scope "/admin", ShopWeb do
    pipe_through [:public, :signed_in, :back_office, :well_formed]

    # Before the paths with a sku, which would take these words for one.
    post "/products/import", BulkController, :import_products
    get "/products/export", BulkController, :export_products

    post "/products", AdminController, :create_product
    patch "/products/:sku", AdminController, :patch_product
    delete "/products/:sku", AdminController, :archive_product
    post "/products/:sku/stock", AdminController, :adjust_stock
    post "/coupons", AdminController, :create_coupon
    post "/orders/:id/transition", AdminController, :transition_order
  end

  # Phoenix answers a known path with another method like an unknown one; this tells them apart.
  scope "/", ShopWeb do
    pipe_through :public
    match :*, "/*path", UnmatchedController, :unmatched
  end

  defp no_store(conn, _), do: put_resp_header(conn, "cache-control", "no-store")

  @methods ~w(GET POST PUT PATCH DELETE)

  @doc "The template of a request's path, and the methods that it has."
  def known(conn) do
    routes =
      for method <- @methods,
          %{route: route} =
            Phoenix.Router.route_info(__MODULE__, method, conn.path_info, conn.host),
          route != "/*path",
          do: {method, route}

    case routes do
      [] ->
        :unknown

      [{_, route} | _] ->
        {Regex.replace(~r/:(\w+)/, route, "{\\1}"), Enum.map(routes, &elem(&1, 0))}
    end
  end

  @doc "The headers that keep a page to what is its own."
  def secure(conn, _ \\ []), do: put_secure_browser_headers(conn, %{"content-security-policy" => @policy})

  @impl Plug.ErrorHandler
  def handle_errors(%{path_info: [root | _]} = conn, error) when root in ["store", "live"],
    do: ShopWeb.ErrorHTML.failed(secure(conn), error)

  def handle_errors(conn, error), do: ShopWeb.FallbackController.failed(conn, error)
end
