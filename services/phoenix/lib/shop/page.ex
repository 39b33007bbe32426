defmodule Shop.Page do
  @moduledoc "Pages that are cut by position (rule QUERY-6)."
  import Ecto.Query

  alias Shop.Repo

  @enforce_keys [:items, :last]
  defstruct [:items, :last]

  @doc "The rows of a page; `last` is its last one where another page follows, else nil."
  def fetch(query, limit) do
    rows = query |> limit(^(limit + 1)) |> Repo.all()
    items = Enum.take(rows, limit)
    %__MODULE__{items: items, last: if(length(rows) > limit, do: List.last(items))}
  end

  @doc "The order of what came last first, from a position on."
  def newest(query, position) do
    query = order_by(query, [row], desc: row.created_at, desc: row.id)

    case position do
      nil ->
        query

      {moment, id} ->
        where(
          query,
          [row],
          fragment(
            "(?, ?) < (?, ?)",
            row.created_at,
            row.id,
            type(^moment, row.created_at),
            type(^id, row.id)
          )
        )
    end
  end
end
