from fastapi.testclient import TestClient


def test_health(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}
    assert b"openapi: 3.1" in client.get("/openapi.yaml").content


def test_paths_and_methods(client: TestClient) -> None:
    for path in ("/", "/products/", "/Products", "/docs", "/openapi.json"):
        assert client.get(path).json()["type"].endswith("/not_found")
    wrong = client.delete("/cart/coupon/x"), client.post("/cart/coupon")
    assert [each.status_code for each in wrong] == [404, 405]
    assert wrong[1].headers["Allow"] == "DELETE, PUT"
