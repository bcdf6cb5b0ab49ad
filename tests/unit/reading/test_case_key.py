"""The key of real cases: what is strong enough, and what is told of it."""

from __future__ import annotations

import base64
import hashlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.reading.case_key import (
    KEY_VARIABLE,
    SAMPLE_KEY,
    CaseKeyError,
    KeyStrength,
    case_key,
    guessing_bits,
    key_fingerprint,
    load_key_strength,
    weakness,
)

ASKED = load_key_strength()
STRONG = "3f9c1e7a54d2b8066be10fd7c29a835e41f7d60b9c82ae35"


@pytest.mark.parametrize(
    "weak",
    [
        "x",
        "a" * 64,
        "ab" * 32,
        "0123456789abcdef" * 4,
        string.ascii_letters + string.digits,
        "password" * 8,
        "Password1" * 8,
        "qwertyuiopasdfghjklzxcvbnmqwertyuiopasdfghjklzxcvbnm",
        "0000000000000000000000000000000000000000000000000000000000000001",
        "fedcba98765432100123456789abcdeffedcba9876543210",
        SAMPLE_KEY.decode(),
        SAMPLE_KEY.decode().upper(),
    ],
)
def test_a_key_that_can_be_guessed_is_too_weak(weak: str) -> None:
    assert weakness(weak, ASKED)


@given(st.integers(0, 1_000_000))
def test_a_key_made_as_advised_is_strong_enough(number: int) -> None:
    # Hashed, as hypothesis likes bytes that are all alike, which nobody would draw.
    drawn = hashlib.sha256(str(number).encode()).digest()
    assert weakness(drawn.hex(), ASKED) == ""
    assert weakness(base64.urlsafe_b64encode(drawn).decode(), ASKED) == ""


@given(st.text(min_size=1, max_size=12), st.integers(2, 12))
def test_saying_it_again_makes_no_key_stronger(piece: str, times: int) -> None:
    twice = guessing_bits(piece * 2)
    assert guessing_bits(piece * times) <= twice + 1e-9


def test_each_demand_alone_refuses_a_key() -> None:
    short = KeyStrength(least_characters=49, least_bits=0, well_known=())
    assert "fewer than 49" in weakness(STRONG, short)
    assert weakness(STRONG, short.model_copy(update={"least_characters": 48})) == ""
    known = KeyStrength(least_characters=1, least_bits=1, well_known=(STRONG,))
    assert "guessed" in weakness(STRONG, known)


def test_the_key_is_taken_without_the_blanks_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, f" {STRONG}\n")
    assert case_key() == STRONG.encode()


def test_a_fingerprint_tells_keys_apart_and_shows_nothing_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, STRONG)
    one = key_fingerprint()
    monkeypatch.setenv(KEY_VARIABLE, STRONG[::-1])
    other = key_fingerprint()
    assert one != other
    assert len(one) == len(other) == 16
    assert one not in STRONG
    monkeypatch.setenv(KEY_VARIABLE, "weak")
    assert key_fingerprint() == ""
    with pytest.raises(CaseKeyError, match="too weak"):
        case_key()
