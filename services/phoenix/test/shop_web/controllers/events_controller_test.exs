defmodule ShopWeb.EventsControllerTest do
  use ShopWeb.ConnCase, async: true

  alias Shop.Accounts.Scope
  alias Shop.Events

  test "followers are told what was committed, owners of their own orders" do
    [owner, other] = [user(), user()]
    product = product()
    Events.subscribe(:stock)
    Events.subscribe({:orders, %Scope{user_id: owner.id, role: "customer"}})
    Events.subscribe({:orders, %Scope{user_id: other.id, role: "customer"}})
    %{"id" => id} = order(owner, product, 1)

    sold = JSON.encode!(product.id)
    assert told("stock", &(&1.type == "stock.changed" and &1.data =~ sold))

    assert told(
             "orders",
             &(&1.type == "order.changed" and &1.data =~ id and &1.user_id == owner.id)
           )
  end

  test "a stream says what is wrong before it begins", %{conn: conn} do
    assert conn |> get("/events?topic=orders&more=1") |> problem(401, "unauthenticated")
    body = conn |> get("/events") |> problem(400, "invalid_query")
    assert body["errors"] == [%{"parameter" => "topic", "code" => "required"}]

    assert conn
           |> put_req_header("last-event-id", "-1")
           |> get("/events?topic=stock")
           |> problem(400, "invalid_header")
  end

  defp told(topic, fun) do
    receive do
      {:events, [%{topic: ^topic} | _] = events} -> Enum.any?(events, fun) or told(topic, fun)
    after
      5_000 -> false
    end
  end
end
