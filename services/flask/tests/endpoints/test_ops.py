from flask.testing import FlaskClient

from tests.vectors import CONTRACT


def test_probes(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert client.get("/readyz").get_json() == {"status": "ready"}


def test_the_contract(client: FlaskClient) -> None:
    response = client.get("/openapi.yaml")
    assert (response.mimetype, response.data) == ("application/yaml", (CONTRACT / "openapi.yaml").read_bytes())
