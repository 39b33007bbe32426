defmodule ShopWeb.ErrorHTML do
  @moduledoc "What a person sees of a page that there is not."
  use ShopWeb, :html

  import Phoenix.Controller, only: [html: 2]
  import Plug.Conn

  alias Phoenix.HTML.Safe

  @doc "What was raised on the way to a page. It is raised again, and logged where it is a fault of ours."
  def failed(conn, %{reason: reason}) do
    conn |> put_resp_header("connection", "close") |> refuse(Plug.Exception.status(reason))
  end

  def refuse(conn, status) do
    page = Safe.to_iodata(page(%{status: status, text: text(status)}))
    conn |> put_status(status) |> put_resp_header("cache-control", "no-store") |> html(page)
  end

  defp text(403), do: "This page is not for you, or it was open for too long. Go back, and load it again."
  defp text(503), do: "The shop's database is away. This page tries again by itself."
  defp text(status) when status < 500, do: "The shop cannot read what you asked for."
  defp text(_), do: "Something went wrong here."

  defp page(assigns) do
    ~H"""
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta :if={@status == 503} http-equiv="refresh" content="2" />
        <title>{@status} · Rosetta Shop</title>
        <link rel="icon" href="/store/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/store/assets/app.css" />
      </head>
      <body>
        <main id="main">
          <h1>{@status}</h1>
          <p>{@text}</p>
          <p><a href={~p"/store"}>To the catalogue</a></p>
        </main>
      </body>
    </html>
    """
  end
end
