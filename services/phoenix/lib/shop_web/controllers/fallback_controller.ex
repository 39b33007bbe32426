defmodule ShopWeb.FallbackController do
  @moduledoc "Makes a problem of whatever an action or a plug did not do."
  use Phoenix.Controller, formats: []

  import Plug.Conn

  alias Shop.Changeset
  alias ShopWeb.Problem

  def call(conn, {:error, %Ecto.Changeset{} = changeset}) do
    problem(conn, :validation_failed,
      errors: for({pointer, code} <- Changeset.faults(changeset), do: %{pointer: pointer, code: code})
    )
  end

  def call(conn, {:error, {:invalid_query, faults}}) do
    problem(conn, :invalid_query, errors: for({parameter, code} <- faults, do: %{parameter: parameter, code: code}))
  end

  def call(conn, {:error, {:unsupported_media_type, type}}) do
    conn = if conn.method == "PATCH", do: put_resp_header(conn, "accept-patch", type), else: conn
    problem(conn, :unsupported_media_type)
  end

  def call(conn, {:error, {:method_not_allowed, methods}}) do
    conn |> put_resp_header("allow", Enum.join(methods, ", ")) |> problem(:method_not_allowed)
  end

  def call(conn, {:error, {:rate_limited, %{name: name} = limit}}) do
    conn
    |> put_resp_header("retry-after", Integer.to_string(limit.retry_after))
    |> put_resp_header("ratelimit-policy", ~s("#{name}";q=#{limit.burst};w=#{limit.window}))
    |> put_resp_header("ratelimit", ~s("#{name}";r=0;t=#{limit.retry_after}))
    |> problem(:rate_limited)
  end

  def call(conn, {:error, code})
      when code in [:unauthenticated, :invalid_credentials, :invalid_refresh_token],
      do: conn |> put_resp_header("www-authenticate", "Bearer") |> problem(code)

  def call(conn, {:error, :webhook_verification_failed}),
    do:
      conn
      |> put_resp_header("www-authenticate", "Webhook-Signature")
      |> problem(:webhook_verification_failed)

  def call(conn, {:error, code}) when code in [:idempotency_in_progress, :service_unavailable],
    do: conn |> put_resp_header("retry-after", "1") |> problem(code)

  def call(conn, {:error, {code, members}}), do: problem(conn, code, members)
  def call(conn, {:error, code}), do: problem(conn, code)

  @doc "What was raised: the database away, a request that Bandit could not read, or a fault of ours. It is raised again."
  def failed(conn, %{reason: reason}) do
    conn = put_resp_header(conn, "connection", "close")

    case Plug.Exception.status(reason) do
      # Nobody is there any more.
      _ when is_struct(reason, Bandit.TransportError) -> conn
      503 -> call(conn, {:error, :service_unavailable})
      status when status < 500 -> call(conn, {:error, :malformed_json})
      _ -> call(conn, {:error, :internal_error})
    end
  end

  defp problem(conn, code, members \\ []) do
    conn
    |> delete_resp_header("etag")
    |> put_resp_header("cache-control", "no-store")
    |> put_status(Problem.status(code))
    |> put_format("problem")
    |> put_view(problem: ShopWeb.ProblemJSON)
    |> render(:problem, code: code, members: members)
  end
end
