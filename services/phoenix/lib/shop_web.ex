defmodule ShopWeb do
  @moduledoc "What the modules of the web layer `use`."

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
    end
  end

  defmacro __using__(which) when is_atom(which), do: apply(__MODULE__, which, [])
end
