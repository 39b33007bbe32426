"""What an import gives."""

from shop.http.schemas import Resource


class ImportResult(Resource):
    created: int
    updated: int
    unchanged: int
