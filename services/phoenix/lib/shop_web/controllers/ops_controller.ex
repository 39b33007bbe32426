defmodule ShopWeb.OpsController do
  use ShopWeb, :controller

  @patience 2_000

  def liveness(conn, _params), do: json(conn, %{status: "ok"})

  def readiness(conn, _params) do
    # The pool may keep a question waiting for longer than its timeout says; another process is given up in time.
    asked = Task.async(fn -> Shop.Repo.query("SELECT 1", [], timeout: @patience) end)

    case Task.yield(asked, @patience) || Task.shutdown(asked, :brutal_kill) do
      {:ok, {:ok, _}} -> json(conn, %{status: "ready"})
      _ -> {:error, :service_unavailable}
    end
  end

  def metrics(conn, _params) do
    conn
    |> put_resp_header("content-type", "text/plain; version=0.0.4")
    |> send_resp(200, ShopWeb.Telemetry.scrape())
  end

  def contract(conn, _params) do
    conn
    |> put_resp_header("content-type", "application/yaml")
    |> send_resp(200, Shop.Contract.openapi())
  end
end
