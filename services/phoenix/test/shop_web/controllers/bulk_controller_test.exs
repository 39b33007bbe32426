defmodule ShopWeb.BulkControllerTest do
  use ShopWeb.ConnCase, async: true

  setup %{conn: conn} do
    {:ok, conn: conn |> as(user("admin")) |> with_type("application/x-ndjson")}
  end

  defp line(sku, changes \\ %{}),
    do: JSON.encode!(Map.merge(%{sku: sku, name: "N", category: "c", price: 1, tax_rate_bp: 0}, changes))

  test "an import makes, changes and leaves", %{conn: conn} do
    [a, b] = [unique(), unique()]
    import = &(conn |> post("/admin/products/import", Enum.join(&1, "\n")) |> json_response(200))
    assert import.([line(a), "", line(b)]) == %{"created" => 2, "updated" => 0, "unchanged" => 0}

    assert import.([line(b, %{price: 2}), line(a)]) == %{
             "created" => 0,
             "updated" => 1,
             "unchanged" => 1
           }

    exported = conn |> get("/admin/products/export") |> response(200)
    assert exported =~ ~s("#{a}")
  end

  test "one bad line, and nothing is applied", %{conn: conn} do
    sku = unique()
    lines = [line(sku), "{", line(sku), line(unique(), %{price: "1", id: "ignored"})]

    body =
      conn
      |> post("/admin/products/import", Enum.join(lines, "\n"))
      |> problem(422, "import_failed")

    assert body["errors"] == [
             %{"line" => 2, "pointer" => "", "code" => "malformed"},
             %{"line" => 3, "pointer" => "/sku", "code" => "duplicate"},
             %{"line" => 4, "pointer" => "/price", "code" => "type"}
           ]

    assert build_conn() |> get("/products/#{sku}") |> problem(404, "not_found")
  end
end
