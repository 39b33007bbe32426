defmodule Shop.RateLimit do
  @moduledoc """
  One limit for all services, kept by the database. A statement of its own commits by itself: what is refused later
  has been counted all the same (rule RATE-2).
  """
  alias Shop.Repo

  @limits %{login: {5, 12}, checkout: {20, 3}}

  @spec take(:login | :checkout, String.t()) :: :ok | {:error, {:rate_limited, map()}}
  def take(name, subject) do
    {burst, interval} = @limits[name]

    %{rows: [[allowed?, retry_after]]} =
      Repo.query!(
        "SELECT allowed, retry_after FROM rate_take($1, $2, $3)",
        ["#{name}:#{subject}", burst, interval * 1.0],
        cache_statement: "rate_take"
      )

    if allowed?,
      do: :ok,
      else: {:error, {:rate_limited, %{name: name, burst: burst, window: burst * interval, retry_after: retry_after}}}
  end
end
