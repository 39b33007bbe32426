defmodule ShopWeb.Query do
  @moduledoc """
  Closed queries (rules QUERY-1 to QUERY-3). Plug's decoder keeps the last of two values and makes lists of `a[]`; here
  a name comes once, and what it may be is a changeset's business, since the values are texts as Ecto expects them.
  """
  alias Ecto.Changeset

  @type fault :: {String.t(), String.t()}

  @doc "The values of a query, and their texts as they came."
  @spec parse(String.t(), map(), (Changeset.t() -> Changeset.t())) ::
          {:ok, map(), %{String.t() => String.t()}} | {:error, {:invalid_query, [fault()]}}
  def parse(query, types, validate) do
    known = Map.new(types, fn {name, _} -> {Atom.to_string(name), name} end)

    {texts, faults} =
      query |> String.split("&", trim: true) |> Enum.reduce({%{}, []}, &pair(&1, &2, known))

    changeset =
      {%{}, types} |> Changeset.cast(texts, Map.keys(types), empty_values: []) |> validate.()

    case Enum.uniq_by(faults ++ faults(changeset), &elem(&1, 0)) do
      [] -> {:ok, changeset.changes, texts}
      faults -> {:error, {:invalid_query, faults}}
    end
  end

  @doc "Whether a query says this somewhere, right or wrong as it may be otherwise."
  def says?(query, name, value) do
    query
    |> String.split("&")
    |> Enum.any?(fn pair ->
      pair |> String.split("=", parts: 2) |> Enum.map(&decode/1) == [{:ok, name}, {:ok, value}]
    end)
  end

  defp pair(pair, {texts, faults}, known) do
    [name | value] = String.split(pair, "=", parts: 2)

    case decode(name) do
      {:ok, name} when is_map_key(texts, name) -> {texts, [{name, "duplicate"} | faults]}
      {:ok, name} when is_map_key(known, name) -> value(name, value, texts, faults)
      {:ok, name} -> {texts, [{name, "unknown"} | faults]}
      :error -> {texts, [{String.replace_invalid(name), "unknown"} | faults]}
    end
  end

  defp value(name, [], texts, faults),
    do: {Map.put(texts, name, ""), [{name, "too_short"} | faults]}

  defp value(name, [text], texts, faults), do: value(name, decode(text), texts, faults)

  defp value("q", {:ok, ""}, texts, faults), do: {Map.put(texts, "q", ""), faults}

  defp value(name, {:ok, ""}, texts, faults),
    do: {Map.put(texts, name, ""), [{name, "too_short"} | faults]}

  defp value(name, {:ok, text}, texts, faults), do: {Map.put(texts, name, text), faults}

  defp value(name, :error, texts, faults),
    do: {Map.put(texts, name, ""), [{name, "format"} | faults]}

  # To UTF-8 without U+0000. URI takes a `%` that begins no escape for itself.
  defp decode(text) do
    decoded = if text =~ ~r/%(?![0-9A-Fa-f]{2})/, do: "\0", else: URI.decode_www_form(text)

    if String.valid?(decoded) and not String.contains?(decoded, "\0"),
      do: {:ok, decoded},
      else: :error
  end

  defp faults(changeset) do
    for {"/" <> name, code} <- Shop.Changeset.faults(changeset),
        do: {name, if(code == "type", do: "format", else: code)}
  end
end
