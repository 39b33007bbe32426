defmodule ShopWeb.ProblemJSON do
  @moduledoc "Problem details (RFC 9457): those of the fallback controller, and of what fails before it."
  alias ShopWeb.Problem

  # What Phoenix renders by itself, as "500.problem".
  def render(_template, assigns) when not is_map_key(assigns, :code),
    do: problem(%{code: :internal_error})

  def render("problem.problem", assigns), do: problem(assigns)

  defp problem(%{code: code} = assigns) do
    {status, title, detail} = Map.fetch!(Problem.catalogue(), code)

    assigns
    |> Map.get(:members, [])
    |> Enum.into(%{
      type: "https://shop.example/problems/#{code}",
      title: title,
      status: status,
      detail: detail
    })
  end
end
