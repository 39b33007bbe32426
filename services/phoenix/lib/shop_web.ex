defmodule ShopWeb do
  @moduledoc "What the modules of the web layer `use`: those of the API, and those of the pages."

  def controller do
    quote do
      use Phoenix.Controller, formats: [:json]
      import Plug.Conn
      import ShopWeb.Headers

      action_fallback ShopWeb.FallbackController
    end
  end

  def router do
    quote do
      use Phoenix.Router, helpers: false
      import Plug.Conn
      import Phoenix.Controller
      import Phoenix.LiveView.Router
    end
  end

  def page_controller do
    quote do
      use Phoenix.Controller, formats: [:html]
      import Plug.Conn

      unquote(verified_routes())
    end
  end

  def live_view do
    quote do
      # Events hold what people type, which is no matter of the log.
      use Phoenix.LiveView, log: false
      import ShopWeb.Recovery, only: [load: 2, attempt: 2]

      unquote(html_helpers())
    end
  end

  def live_component do
    quote do
      use Phoenix.LiveComponent

      unquote(html_helpers())
    end
  end

  def html do
    quote do
      use Phoenix.Component
      import Phoenix.Controller, only: [get_csrf_token: 0]

      unquote(html_helpers())
    end
  end

  def verified_routes do
    quote do
      use Phoenix.VerifiedRoutes, endpoint: ShopWeb.Endpoint, router: ShopWeb.Router
    end
  end

  defp html_helpers do
    quote do
      import ShopWeb.CoreComponents
      alias ShopWeb.{Layouts, Words}

      unquote(verified_routes())
    end
  end

  defmacro __using__(which) when is_atom(which), do: apply(__MODULE__, which, [])
end
