defmodule Shop.Release do
  @moduledoc "The command `migrate`, which a release runs without Mix and without serving."

  @app :shop

  def migrate do
    Application.load(@app)
    {:ok, _} = Application.ensure_all_started(:argon2_elixir)

    {:ok, _, _} =
      Ecto.Migrator.with_repo(Shop.Repo, fn repo ->
        Ecto.Migrator.run(repo, :up, all: true)
        {:ok, _} = Shop.Accounts.ensure_admin(Application.fetch_env!(@app, :admin))
      end)
  end
end
