"""What stands between slashes (HTTP-2). Django's own `uuid` has the contract's form of an id already."""


class SkuConverter:
    regex = "[A-Z0-9][A-Z0-9-]{0,31}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
