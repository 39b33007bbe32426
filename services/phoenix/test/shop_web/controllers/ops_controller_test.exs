defmodule ShopWeb.OpsControllerTest do
  use ShopWeb.ConnCase, async: true

  test "it lives, is ready, and shows its contract", %{conn: conn} do
    assert conn |> get("/healthz") |> json_response(200) == %{"status" => "ok"}
    assert conn |> get("/readyz") |> json_response(200) == %{"status" => "ready"}
    assert conn |> get("/openapi.yaml") |> response(200) == Shop.Contract.openapi()
  end

  test "a known path with another method is 405, and labelled with its template", %{conn: conn} do
    refused = delete(conn, "/products/ANY")
    assert problem(refused, 405, "method_not_allowed")
    assert get_resp_header(refused, "allow") == ["HEAD, GET"]
    assert conn |> get("/nope-#{unique()}") |> problem(404, "not_found")

    metrics = conn |> get("/metrics") |> response(200)

    assert metrics =~
             ~s(http_requests_total{method="DELETE",route="/products/{sku}",status="405"})

    assert metrics =~ ~s(route="unmatched")
    refute metrics =~ "nope"
  end
end
