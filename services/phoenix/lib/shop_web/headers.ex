defmodule ShopWeb.Headers do
  @moduledoc "Headers of a request as the contract reads them, and those of conditional answers."
  import Plug.Conn

  @doc "The value of a header that may come in one line only (rule HTTP-15)."
  @spec single(Plug.Conn.t(), String.t()) :: {:ok, String.t()} | :missing | :repeated
  def single(conn, name) do
    case get_req_header(conn, name) do
      [value] -> {:ok, trim(value)}
      [] -> :missing
      _ -> :repeated
    end
  end

  defp trim(value), do: Regex.replace(~r/\A[ \t]+|[ \t]+\z/, value, "")

  @doc "If-Match, for `Shop.Precondition`: what cannot be read matches nothing."
  @spec if_match(Plug.Conn.t()) :: Shop.Precondition.t()
  def if_match(conn) do
    case get_req_header(conn, "if-match") do
      [] -> :absent
      lines -> lines |> Enum.join(",") |> trim() |> precondition()
    end
  end

  defp precondition("*"), do: :any

  defp precondition(list) do
    case tags(list, []) do
      {:ok, tags} -> for {:strong, tag} <- tags, do: tag
      :error -> []
    end
  end

  @doc "Whether If-None-Match names this version."
  @spec fresh?(Plug.Conn.t(), pos_integer()) :: boolean()
  def fresh?(conn, version) do
    list = conn |> get_req_header("if-none-match") |> Enum.join(",") |> trim()

    case tags(list, []) do
      {:ok, tags} -> Enum.any?(tags, fn {_, tag} -> tag == Integer.to_string(version) end)
      :error -> list == "*"
    end
  end

  @doc "The tag of a version."
  def put_etag(conn, version), do: put_resp_header(conn, "etag", ~s("#{version}"))

  # A tag may hold commas, so the list is read from its beginning.
  defp tags(list, read) do
    case Regex.run(~r/\A[ \t,]*(?:(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?=,|\z))?/, list) do
      [all, weak, tag] ->
        tags(rest(list, all), [{if(weak == "", do: :strong, else: :weak), tag} | read])

      [^list] ->
        {:ok, read}

      _ ->
        :error
    end
  end

  defp rest(list, read), do: binary_part(list, byte_size(read), byte_size(list) - byte_size(read))
end
