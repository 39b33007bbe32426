"""What cursors and tokens share: unpadded base64url and its two wrong spellings."""

import base64

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def b64url(data: bytes) -> str:
    """Returns `data` as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def padded(text: str) -> str:
    """Returns base64url `text` with its padding, which must be one character at least."""
    missing = -len(text) % 4
    assert missing, "a text without missing characters has no padded spelling"
    return text + "=" * missing


def with_trailing_bit(text: str) -> str:
    """Returns another spelling of the bytes in `text`: the lowest bit of its last character, which decoders ignore."""
    assert len(text) % 4, "without unused bits there is no second spelling"
    return text[:-1] + ALPHABET[ALPHABET.index(text[-1]) ^ 1]
