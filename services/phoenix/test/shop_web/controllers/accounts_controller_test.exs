defmodule ShopWeb.AccountsControllerTest do
  use ShopWeb.ConnCase, async: true

  test "who registers can log in, and is shown", %{conn: conn} do
    email = "#{unique()}@Shop.Example"
    body = %{email: email, password: "correct horse", name: " Ada "}
    created = send_json(conn, :post, "/auth/register", body)
    assert %{"role" => "customer", "name" => " Ada "} = user = json_response(created, 201)
    assert user["email"] == String.downcase(email)
    assert get_resp_header(created, "location") == ["/me"]
    assert build_conn() |> send_json(:post, "/auth/register", body) |> problem(409, "email_taken")

    tokens =
      build_conn()
      |> send_json(:post, "/auth/login", Map.delete(body, :name))
      |> json_response(200)

    assert build_conn()
           |> put_req_header("authorization", "bearer #{tokens["access_token"]}")
           |> get("/me")
           |> json_response(200) == user
  end

  test "what is wrong with a member stands at its pointer", %{conn: conn} do
    body =
      conn
      |> send_json(:post, "/auth/register", %{email: "x", name: "", role: "admin"})
      |> problem(422, "validation_failed")

    assert Map.new(body["errors"], &{&1["pointer"], &1["code"]}) ==
             %{
               "/email" => "format",
               "/name" => "too_short",
               "/password" => "required",
               "/role" => "unknown"
             }
  end

  test "a refresh token is good once, and the second use ends the session", %{conn: conn} do
    user = user()
    login = send_json(conn, :post, "/auth/login", %{email: user.email, password: "correct horse"})
    first = json_response(login, 200)["refresh_token"]
    refresh = &send_json(build_conn(), :post, "/auth/refresh", %{refresh_token: &1})
    second = json_response(refresh.(first), 200)["refresh_token"]
    assert refresh.(first) |> problem(401, "invalid_refresh_token")
    assert refresh.(second) |> problem(401, "invalid_refresh_token")
  end

  test "the sixth log-in has to wait, whoever asks", %{conn: conn} do
    attempt = fn ->
      send_json(conn, :post, "/auth/login", %{
        email: "#{conn.private[:email]}a@b.example",
        password: "x"
      })
    end

    for _ <- 1..5, do: assert(attempt.() |> problem(401, "invalid_credentials"))
    refused = attempt.()
    assert problem(refused, 429, "rate_limited")
    assert get_resp_header(refused, "ratelimit-policy") == [~s("login";q=5;w=60)]
  end

  test "a token must be in one header", %{conn: conn} do
    user = user()
    assert conn |> get("/me") |> problem(401, "unauthenticated")

    doubled = conn |> as(user) |> Map.update!(:req_headers, &[{"authorization", "Bearer x"} | &1])
    assert doubled |> get("/me") |> problem(401, "unauthenticated")
  end
end
