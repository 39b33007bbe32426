defmodule Shop.Vectors do
  @moduledoc "Inputs and right answers of contract/vectors."

  @folder Path.expand("../../../../contract/vectors", __DIR__)

  def read(name), do: @folder |> Path.join(name <> ".json") |> File.read!() |> JSON.decode!()
end
