defmodule Shop.Repo do
  use Ecto.Repo, otp_app: :shop, adapter: Ecto.Adapters.Postgres

  # SQLSTATE of what passes by itself (rule DB-6); class 08 is a DBConnection.ConnectionError.
  @passing ~w(40001 40P01 55P03 57014 53300 57P01 57P02 57P03)

  @doc "Whether an exception says that the database is away or overloaded."
  def unavailable?(%DBConnection.ConnectionError{}), do: true

  def unavailable?(%Postgrex.Error{postgres: %{pg_code: code}}),
    do: code in @passing or String.starts_with?(code, "08")

  def unavailable?(_), do: false
end

defimpl Plug.Exception, for: [DBConnection.ConnectionError, Postgrex.Error] do
  def status(error), do: if(Shop.Repo.unavailable?(error), do: 503, else: 500)
  def actions(_), do: []
end
