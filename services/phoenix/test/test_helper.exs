# The application is not started by `mix test` (see mix.exs): without a database there is nothing for it to do.
Logger.configure(level: Application.fetch_env!(:logger, :level))
{:ok, _} = Application.ensure_all_started([:joken, :argon2_elixir, :phoenix])

if System.get_env("DATABASE_URL") do
  {:ok, _, _} = Ecto.Migrator.with_repo(Shop.Repo, &Ecto.Migrator.run(&1, :up, all: true))
  {:ok, _} = Application.ensure_all_started(:shop)
  ExUnit.start()
else
  IO.puts("DATABASE_URL is not set: the tests that need an empty PostgreSQL database are left out.")

  ExUnit.start(exclude: [:database])
end
