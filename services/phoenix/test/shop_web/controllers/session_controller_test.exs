defmodule ShopWeb.SessionControllerTest do
  use ShopWeb.ConnCase, async: true

  defp log_in(conn, user, password \\ "correct horse"),
    do: post(conn, "/store/log-in", session: %{email: user.email, password: password})

  test "a log-in leads to where one wanted to go, under a new session", %{conn: conn} do
    conn = get(conn, "/store/cart")
    assert redirected_to(conn) == "/store/log-in"
    token = conn |> get("/store/log-in") |> html_response(200) |> csrf_token()

    conn = log_in(conn, user())
    assert redirected_to(conn) == "/store/cart"
    assert %{"scope" => %{role: "customer"}, "live_socket_id" => _} = get_session(conn)
    refute conn |> get("/store/cart") |> html_response(200) |> csrf_token() == token
  end

  test "a log-out ends the session, and tells its pages", %{conn: conn} do
    conn = log_in(conn, user())
    ShopWeb.Endpoint.subscribe(get_session(conn, :live_socket_id))
    conn = post(conn, "/store/log-out")
    assert redirected_to(conn) == "/store"
    assert_receive %Phoenix.Socket.Broadcast{event: "disconnect"}
    assert conn |> get("/store/cart") |> redirected_to() == "/store/log-in"
  end

  test "a wrong log-in is told, and keeps the address", %{conn: conn} do
    user = user()
    assert html = conn |> log_in(user, "wrong") |> html_response(401)
    assert html =~ "E-mail or password is wrong."
    assert html =~ user.email
    assert conn |> post("/store/log-in", session: %{email: ["a"]}) |> html_response(422)
    assert conn |> post("/store/log-in", session: "a") |> html_response(422)
  end

  test "a form without its token is refused", %{conn: conn} do
    conn = put_in(conn.private[:plug_skip_csrf_protection], false)
    {403, headers, body} = assert_error_sent(403, fn -> log_in(conn, user()) end)
    assert body =~ "To the catalogue"

    assert {"content-security-policy", "default-src 'none';" <> _} =
             List.keyfind(headers, "content-security-policy", 0)
  end

  test "what cannot be read is told by a page", %{conn: conn} do
    {form, long} = {"application/x-www-form-urlencoded", String.duplicate("a", 9_000)}

    unread = [
      {400, fn -> get(conn, "/store?q=%FF") end},
      {406, fn -> conn |> put_req_header("accept", "application/json") |> get("/store") end},
      {413, fn -> conn |> with_type(form) |> dispatch(@endpoint, :post, "/store/log-in", long) end},
      {415, fn -> send_json(conn, :post, "/store/log-in", %{}) end}
    ]

    for {status, request} <- unread do
      assert {^status, _, "<!DOCTYPE html>" <> _} = assert_error_sent(status, request)
    end
  end

  test "behind a balancer that ends TLS a cookie is for TLS alone", %{conn: conn} do
    assert %{same_site: "Lax"} = cookie = get(conn, "/store/log-in").resp_cookies["_shop_session"]
    refute cookie[:secure]
    conn = conn |> put_req_header("x-forwarded-proto", "https") |> get("/store/log-in")
    assert conn.resp_cookies["_shop_session"].secure
  end

  test "a session ends with its token", %{conn: conn} do
    assert conn |> signed_in(user(), 0) |> get("/store/orders") |> redirected_to() == "/store/log-in"
    assert conn |> signed_in(user(), 60) |> get("/store/orders") |> html_response(200)
  end

  test "the board is an administrator's", %{conn: conn} do
    assert conn |> get("/live") |> redirected_to() == "/store/log-in"
    assert conn |> signed_in(user()) |> get("/live") |> html_response(403)
    assert conn |> signed_in(user("admin")) |> get("/live") |> html_response(200)
  end

  test "the API knows no session, and the pages' other paths are unknown to it", %{conn: conn} do
    conn = signed_in(conn, user())
    assert conn |> get("/products") |> get_resp_header("set-cookie") == []
    assert conn |> get("/cart") |> problem(401, "unauthenticated")
    assert conn |> get("/store/nothing") |> problem(404, "not_found")
    assert conn |> delete("/store") |> problem(405, "method_not_allowed")
  end

  defp csrf_token(html), do: ~r/name="csrf-token" content="([^"]+)"/ |> Regex.run(html) |> List.last()
end
