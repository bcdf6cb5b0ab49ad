"""Case identifiers become pseudonyms on the way in.

A keyed hash (HMAC-SHA-256) turns each identifier into the same pseudonym every time, so a case
can be followed through deliveries and never back to the child. The key comes from the environment
(``INFOBANK_CASE_KEY``, set by hand or from a Prefect secret) and is never in the repository.
Synthetic deliveries, which are about nobody, use a key that everyone may know.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import replace

from infobank.contracts.model import SourceContract
from infobank.findings import Finding, FindingError, where
from infobank.reading import Reading

KEY_VARIABLE = "INFOBANK_CASE_KEY"
_SYNTHETIC_KEY = b"synthetic deliveries are about nobody"
_LENGTH = 24


def pseudonymise(reading: Reading, contract: SourceContract) -> Reading:
    """Replace every case identifier of a reading by its pseudonym.

    Raises:
        FindingError: the file is not synthetic, holds case identifiers, and no key is set.
    """
    objects = dict(reading.objects)
    for name, frame in objects.items():
        columns = [
            c.name
            for c in contract.objects[name].columns
            if c.kind == "case_identifier" and c.name in frame.columns
        ]
        if not columns:
            continue
        key = _key(reading)
        frame = frame.copy()
        for column in columns:
            known = frame[column].notna()
            told = frame.loc[known, column].astype("str")
            frame.loc[known, column] = [_pseudonym(identifier, key) for identifier in told]
            frame[column] = frame[column].astype("str")
        objects[name] = frame
    return replace(reading, objects=objects)


def _key(reading: Reading) -> bytes:
    if reading.synthetic:
        return _SYNTHETIC_KEY
    told = os.environ.get(KEY_VARIABLE, "")
    if told:
        return told.encode()
    raise FindingError(
        Finding(
            source=reading.source,
            source_file=reading.source_file,
            sheet="",
            cell="",
            code="case_key_missing",
            message=(
                f"{where(reading.source_file)}: this file names real cases, and the key that turns "
                f"them into pseudonyms is not set. Set {KEY_VARIABLE} and run again."
            ),
            found="no key",
            expected=KEY_VARIABLE,
            severity="critical",
        )
    )


def _pseudonym(told: str, key: bytes) -> str:
    return hmac.new(key, told.strip().encode(), hashlib.sha256).hexdigest()[:_LENGTH]
