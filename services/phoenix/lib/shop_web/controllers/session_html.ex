defmodule ShopWeb.SessionHTML do
  use ShopWeb, :html

  def new(assigns) do
    ~H"""
    <Layouts.app flash={@flash} current_scope={@current_scope}>
      <h1>Sign in</h1>
      <.form for={@form} action={~p"/store/log-in"} class="panel narrow">
        <.input field={@form[:email]} type="email" label="E-mail" autocomplete="username" maxlength="254" required />
        <.input
          field={@form[:password]}
          type="password"
          label="Password"
          autocomplete="current-password"
          maxlength="128"
          required
        />
        <button>Sign in</button>
        <p class="aside">The accounts are those of the API: register by <code>POST /auth/register</code>.</p>
      </.form>
    </Layouts.app>
    """
  end
end
