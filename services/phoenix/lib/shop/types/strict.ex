defmodule Shop.Types.Strict do
  @moduledoc """
  Ecto casts what a form sends: "1" is an integer for it, and "true" a boolean. In JSON they are texts, and stay so.
  """
  use Ecto.ParameterizedType

  # What PostgreSQL's bigint holds; beyond it Postgrex could not encode the value.
  @int64 -0x8000000000000000..0x7FFFFFFFFFFFFFFF

  @doc "For a changeset without a schema."
  def integer, do: Ecto.ParameterizedType.init(__MODULE__, as: :integer)

  @impl true
  def init(opts), do: Keyword.fetch!(opts, :as)

  @impl true
  def type(as), do: as

  @impl true
  def cast(nil, _), do: {:ok, nil}
  def cast(value, :integer) when is_integer(value) and value in @int64, do: {:ok, value}
  def cast(value, :boolean) when is_boolean(value), do: {:ok, value}
  def cast(_, _), do: :error

  @impl true
  def load(value, _, _), do: {:ok, value}

  @impl true
  def dump(value, _, _), do: {:ok, value}
end
