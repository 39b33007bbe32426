defmodule ShopWeb.Plugs.ReadBody do
  @moduledoc """
  Reads the body of an operation that takes one, in a controller and so behind the guards. Its bytes are kept in
  `private.raw_body`; what they say as JSON becomes `body_params`.

  Plug.Parsers would do most of it, but it parses the query too and refuses a bad one, which most operations ignore, and
  it takes a body without a type.
  """
  @behaviour Plug

  import Plug.Conn

  alias Shop.StrictJSON
  alias ShopWeb.{FallbackController, Headers}

  @limit 65_536
  # A body that says it is this much too long is refused before it has come (rule HTTP-13).
  @far 1_048_576

  @impl true
  def init(opts) do
    %{
      type: Keyword.get(opts, :type, "application/json"),
      limit: Keyword.get(opts, :limit, @limit),
      parse: Keyword.get(opts, :parse, true)
    }
  end

  @impl true
  def call(conn, opts) do
    with :ok <- of_type(conn, opts.type),
         :ok <- announced(conn, opts.limit),
         {:ok, body, conn} <- read(conn, opts.limit, []),
         {:ok, params} <- parse(body, opts.parse, conn) do
      %{put_private(conn, :raw_body, body) | body_params: params}
    else
      # Once something was read, only the newer conn knows how much: with the old one Bandit would read on, into the
      # next request.
      {:error, reason, conn} -> refuse(conn, reason)
      {:error, reason} -> refuse(conn, reason)
    end
  end

  defp refuse(conn, reason), do: conn |> FallbackController.call({:error, reason}) |> halt()

  defp of_type(_, :any), do: :ok

  defp of_type(conn, type) do
    with {:ok, given} <- Headers.single(conn, "content-type"),
         ^type <- given |> String.split(";") |> hd() |> String.trim() |> String.downcase(:ascii),
         true <- plain?(conn) do
      :ok
    else
      _ -> {:error, {:unsupported_media_type, type}}
    end
  end

  defp plain?(conn) do
    case Headers.single(conn, "content-encoding") do
      {:ok, coding} -> String.downcase(coding, :ascii) in ["", "identity"]
      missing -> missing == :missing
    end
  end

  # Bandit has seen to it that a length is one number.
  defp announced(conn, limit) do
    with [length | _] <- get_req_header(conn, "content-length"),
         {length, _} when length > limit + @far <- Integer.parse(length) do
      # It is not waited for, so the connection is of no more use.
      {:error, :body_too_large, put_resp_header(conn, "connection", "close")}
    else
      _ -> :ok
    end
  end

  defp read(conn, left, read) do
    case read_body(conn, length: left + 1, read_length: 65_536, read_timeout: 30_000) do
      {:ok, bytes, conn} when byte_size(bytes) <= left ->
        {:ok, IO.iodata_to_binary([read, bytes]), conn}

      {:more, bytes, conn} when byte_size(bytes) <= left ->
        read(conn, left - byte_size(bytes), [read, bytes])

      {_, _, conn} ->
        {:error, :body_too_large, conn}
    end
  end

  defp parse(_, false, _), do: {:ok, %{}}

  defp parse(body, true, conn) do
    with :error <- StrictJSON.decode(body), do: {:error, :malformed_json, conn}
  end
end
