"""What every case workbook has: judgements that hang together, and the matrix they stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tools.sample.sample_settings import Settings
from tools.sample.sheets import SYNTHETIC, Cell, Sheet

Matrix = dict[str, list[list[str]]]
Questions = Mapping[str, Mapping[str, Any]]

_QUESTION_EFFECT = 0.35
_SHORT = {"Yes": "Y", "No": "N", "N/A": "N/A"}


def judged(
    cases: int,
    questions: Questions,
    shares: Mapping[str, float],
    settings: Settings,
    rng: np.random.Generator,
) -> Matrix:
    """Answers by theme: one list per case, one answer per question.

    The share of sufficient work is met as closely as whole judgements allow. Judgements of one
    case are alike, as they are in life.
    """
    case_effect = rng.normal(0, settings["case_spread"], size=(cases, 1))
    matrix: Matrix = {}
    for theme, asked in questions.items():
        shape = (cases, len(asked))
        applies = rng.random(shape) >= settings["not_applicable_share"]
        strength = case_effect + rng.normal(0, _QUESTION_EFFECT, size=(1, shape[1]))
        strength = strength + rng.logistic(size=shape)
        order = np.argsort(-np.where(applies, strength, -np.inf), axis=None, kind="stable")
        sufficient = np.zeros(shape, dtype=bool)
        sufficient.flat[order[: round(shares[theme] * int(applies.sum()))]] = True
        answers = np.where(applies, np.where(sufficient, "Yes", "No"), "N/A")
        matrix[theme] = [[str(answer) for answer in line] for line in answers]
    return matrix


def matrix_sheet(
    title: str,
    ids: Sequence[str],
    answers: Matrix,
    questions: Questions,
    case_heading: str,
    short: bool = False,
) -> Sheet:
    """The sheet Judgements: themes merged above the codes of their questions."""
    upper: list[Cell] = [None]
    lower: list[Cell] = [case_heading]
    merges = []
    for theme, asked in questions.items():
        merges.append((4, len(upper), 4, len(upper) + len(asked) - 1))
        upper += [capital(theme), *[None] * (len(asked) - 1)]
        lower += list(asked)
    rows: list[list[Cell]] = [
        [f"Judgements: {title}"],
        [SYNTHETIC],
        ["Was the work sufficient? One line per case; the questions are on the sheet Notes."],
        [None],
        upper,
        lower,
    ]
    for place, case_id in enumerate(ids):
        line = [answer for theme in answers for answer in answers[theme][place]]
        rows.append([case_id, *(_SHORT[answer] if short else answer for answer in line)])
    rows += [[None], ["Note: N/A answers are left out of the headline scores."]]
    return Sheet("Judgements", rows, merges, {0, 4, 5}, [14] + [6] * (len(upper) - 1))


def notes_sheet(questions: Questions) -> Sheet:
    """The sheet Notes: the wording of every question."""
    rows: list[list[Cell]] = [["Notes"], [SYNTHETIC], [None]]
    for theme, asked in questions.items():
        rows.append([capital(theme)])
        rows += [[code, str(wording)] for code, wording in asked.items()]
    return Sheet("Notes", rows, bold={0}, widths=[40, 80])


def slug(name: str) -> str:
    """A name as it stands in a file's name."""
    words = "".join(c if c.isalnum() else " " for c in name).split()
    return "_".join(words)


def capital(text: str) -> str:
    """A text with a capital first letter."""
    return text[:1].upper() + text[1:]
