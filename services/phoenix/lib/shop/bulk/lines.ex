defmodule Shop.Bulk.Lines do
  @moduledoc "Lines of products, read and judged before anything is written (rules BULK-1 to BULK-3)."

  alias Ecto.Changeset
  alias Shop.Catalog.Product
  alias Shop.StrictJSON

  @most_lines 50_000
  @longest 1_048_576
  @told 100
  @columns [
    :sku,
    :name,
    :description,
    :category,
    :price,
    :tax_rate_bp,
    :attributes,
    :stock,
    :active
  ]

  @doc "The rows that a body holds."
  @spec parse(binary()) ::
          {:ok, [map()]} | {:error, :body_too_large | {:import_failed, keyword()}}
  def parse(body),
    do: body |> split(1, %{rows: [], skus: MapSet.new(), faults: [], count: 0}) |> finish()

  defp finish(:too_many), do: {:error, :body_too_large}
  defp finish(%{count: 0, rows: rows}), do: {:ok, rows}

  defp finish(%{faults: faults, count: count}),
    do: {:error, {:import_failed, errors: Enum.reverse(faults), error_count: count}}

  defp split("", _, read), do: read
  defp split(_, number, _) when number > @most_lines, do: :too_many

  defp split(body, number, read) do
    {line, rest} =
      case :binary.split(body, "\n") do
        [line, rest] -> {line, rest}
        [line] -> {line, ""}
      end

    split(rest, number + 1, line |> strip() |> line(number, read))
  end

  defp strip(line) do
    size = byte_size(line) - 1

    case line do
      <<line::binary-size(^size), "\r">> -> line
      _ -> line
    end
  end

  defp line("", _, read), do: read

  defp line(line, number, read) when byte_size(line) > @longest,
    do: fault(read, number, [{"", "malformed"}])

  defp line(line, number, read) do
    case StrictJSON.decode(line) do
      {:ok, attrs} -> row(attrs, number, read)
      :error -> fault(read, number, [{"", "malformed"}])
    end
  end

  defp row(attrs, number, read) do
    changeset = Product.import_changeset(attrs)
    sku = attrs["sku"]
    faults = Shop.Changeset.faults(changeset)

    faults =
      if sku in read.skus and not List.keymember?(faults, "/sku", 0),
        do: [{"/sku", "duplicate"} | faults],
        else: faults

    read = %{read | skus: MapSet.put(read.skus, sku)}

    if faults == [],
      do: %{
        read
        | rows: [changeset |> Changeset.apply_changes() |> Map.take(@columns) | read.rows]
      },
      else: fault(read, number, Enum.sort(faults))
  end

  # All are counted, the first hundred are kept.
  defp fault(read, number, faults) do
    kept =
      for {pointer, code} <- Enum.take(faults, max(@told - read.count, 0)),
          do: %{line: number, pointer: pointer, code: code}

    %{read | faults: Enum.reverse(kept) ++ read.faults, count: read.count + length(faults)}
  end
end
