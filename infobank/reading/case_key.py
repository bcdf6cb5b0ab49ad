"""The key that turns case identifiers into pseudonyms, and how strong it must be."""

from __future__ import annotations

import hashlib
import hmac
import math
import os
import re

from infobank.domain.settings import From0, Settings, WholeFrom0, load

KEY_VARIABLE = "INFOBANK_CASE_KEY"
SAMPLE_KEY = b"synthetic deliveries are about nobody"
"""The key of synthetic deliveries, which everyone may know."""

HOW_TO_MAKE = 'python3 -c "import secrets; print(secrets.token_hex(32))"'
_LABEL = b"information bank: which case key this is"
_FINGERPRINT = 16
_PIECE = 3
_NEXT = (-1, 0, 1)
_SIGNS = re.compile(r"[^a-z0-9]+", re.IGNORECASE)
_WORDS = 4  # pieces of letters alone, with signs or blanks between them


class CaseKeyError(Exception):
    """The key cannot be used; what is wrong in words that do not quote it."""

    def __init__(self, code: str, wrong: str) -> None:
        super().__init__(wrong)
        self.code = code
        self.wrong = wrong


class KeyStrength(Settings):
    """What is asked of the key; ``schemas/case_key.yaml`` says where each number is from."""

    least_characters: WholeFrom0
    least_bits: From0
    well_known: tuple[str, ...]


def load_key_strength() -> KeyStrength:
    """What ``schemas/case_key.yaml`` asks of the key.

    Raises:
        SettingsError: the file is not as it should be.
    """
    return load(KeyStrength, "case_key.yaml")


def case_key() -> bytes:
    """The key from the environment, without blanks before and after it.

    Raises:
        CaseKeyError: it is not set (``case_key_missing``) or too weak (``case_key_weak``).
    """
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if not key:
        wrong = "the key that turns them into pseudonyms is not set"
        raise CaseKeyError("case_key_missing", wrong)
    if wrong := weakness(key, load_key_strength()):
        raise CaseKeyError("case_key_weak", f"the key in {KEY_VARIABLE} is too weak: {wrong}")
    return key.encode()


def key_fingerprint() -> str:
    """A word that differs from key to key and tells nothing of it; "" where none can be used."""
    try:
        key = case_key()
    except CaseKeyError:
        return ""
    return hmac.new(key, _LABEL, hashlib.sha256).hexdigest()[:_FINGERPRINT]


def weakness(key: str, asked: KeyStrength) -> str:
    """Why a key is too weak, in words that do not quote it; "" where it is strong enough."""
    if _letters(SAMPLE_KEY.decode()) in _letters(key):
        return "it holds the sample's own key, which everyone can read"
    if len(key) < asked.least_characters:
        return f"it has fewer than {asked.least_characters} characters"
    if guessing_bits(key, asked.well_known) < asked.least_bits:
        return "it repeats itself or follows a pattern, so it can be guessed"
    pieces = _SIGNS.split(key.strip())
    if len(pieces) >= _WORDS and sum(piece.isalpha() for piece in pieces) >= len(pieces) - 1:
        return "it is made of words, so it can be guessed"
    return ""


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalpha())


def guessing_bits(key: str, well_known: tuple[str, ...] = ()) -> float:
    """A simple estimate of how many bits a guesser has to find.

    A character counts with the logarithm of how many different ones there are, unless it ends
    three that stood together before or continues a row (``aaa``, ``abc``, ``321``). Capitals and
    well-known words count for nothing. It finds carelessness, and is no proof of strength.
    """
    text = key.casefold()
    for word in well_known:
        text = text.replace(word, "")
    if not text:
        return 0.0
    seen: set[str] = set()
    fresh = 0
    for end in range(1, len(text) + 1):
        piece = text[max(0, end - _PIECE) : end]
        fresh += not (len(piece) == _PIECE and (piece in seen or _is_row(piece)))
        seen.add(piece)
    return fresh * math.log2(len(set(text)))


def _is_row(piece: str) -> bool:
    first, second, third = map(ord, piece)
    return second - first == third - second and second - first in _NEXT
