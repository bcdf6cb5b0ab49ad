"""The one way our own YAML files are read: found, parsed, checked and kept in this module.

A file is a :class:`Settings` model of the same shape, so that a mistake is one sentence with the
file and the key. What was read is kept for as long as the file on the disk stays the same.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, WrapValidator
from pydantic_core import ErrorDetails, PydanticCustomError

from infobank.domain.errors import MistakeError
from infobank.domain.paths import project_root, schemas_root

if TYPE_CHECKING:
    from yaml import SafeLoader
else:  # ten times as quick in C, which an installation may lack
    SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Model = TypeVar("Model", bound=BaseModel)
Made = TypeVar("Made")

_LONGEST = 60


class SettingsError(MistakeError):
    """A settings file is wrong; the sentence names the file and the key."""


class Settings(BaseModel):
    """A section of a settings file: keys that nothing reads and values of another kind are refused.

    A whole number does for a number. Nothing else stands for another kind: ``yes`` is no 1, and
    "3" no 3.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def in_words(words: str) -> WrapValidator:
    """What a value should be, for the sentence about one that is not: ``a number above 0``."""

    def checked(value: Any, rest: Callable[[Any], Any]) -> Any:
        try:
            return rest(value)
        except ValidationError:
            raise PydanticCustomError("in_words", "{words}", {"words": words}) from None

    return WrapValidator(checked)


Text = Annotated[str, Field(pattern=r"\S"), in_words("text")]
Share = Annotated[float, Field(ge=0, le=1), in_words("a number between 0 and 1")]
Above0 = Annotated[float, Field(gt=0), in_words("a number above 0")]
From0 = Annotated[float, Field(ge=0), in_words("a number from 0")]
WholeFrom0 = Annotated[int, Field(ge=0), in_words("a whole number from 0")]
WholeFrom1 = Annotated[int, Field(ge=1), in_words("a whole number from 1")]
Day = Annotated[date, in_words("a day, written 2014-03-31")]

_KINDS: Mapping[str, str] = {
    "float_type": "a number",
    "finite_number": "a number",
    "int_type": "a whole number",
    "bool_type": "yes or no",
    "string_type": "text",
    "date_type": "a day, written 2014-03-31",
    "tuple_type": "a list",
    "dict_type": "a section of named entries",
    "model_type": "a section of named entries",
    "model_attributes_type": "a section of named entries",
}


def load(model: type[Model], file: str | Path, error: type[MistakeError] = SettingsError) -> Model:
    """What a settings file says, read anew only after the file has changed.

    Args:
        model: what the file should hold.
        file: its name in ``schemas``, or the path of another one.
        error: what to raise.

    Raises:
        MistakeError: the file is not there, is no YAML or does not fit the model; it is of the
            kind named by ``error``.
    """
    path = schemas_root() / file if isinstance(file, str) else file
    if not path.is_file():
        raise error(f"There is no file {_shown(path)} to read settings from.")

    def read() -> Model:
        return checked(model, read_yaml(path, error), _shown(path), error)

    return kept((model, path), (path,), read)


def checked(
    model: type[Model], content: object, place: str, error: type[MistakeError] = SettingsError
) -> Model:
    """What was read from a file, or is given in its place, as a model.

    Args:
        model: what it should be.
        content: what was read.
        place: where from, for the sentence.
        error: what to raise.

    Raises:
        MistakeError: it does not fit the model; the first mistake is named.
    """
    try:
        return model.model_validate(_fixed(content))
    except ValidationError as problem:
        raise error(_sentence(place, problem.errors()[0])) from None


def read_yaml(path: Path, error: type[MistakeError] = SettingsError) -> Any:
    """What a YAML file says, without a model.

    For :func:`load`, and for contracts, whose models are the standard's.

    Raises:
        MistakeError: it is not readable as YAML, a key is there twice in a section or is no word,
            or a day is none of the calendar.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_OneMeaning)  # noqa: S506 (safe)
    except (yaml.YAMLError, UnicodeDecodeError) as broken:
        mark = getattr(broken, "problem_mark", None)
        line = f" at line {mark.line + 1}" if mark is not None else ""
        why = getattr(broken, "problem", None) or "it is not text in UTF-8"
        raise error(f"{_shown(path)}: not readable as YAML{line} ({why}).") from None
    except (ValueError, TypeError) as broken:  # a day such as 2012-04-31, a list for a key
        raise error(f"{_shown(path)}: holds what cannot be read ({broken}).") from None


_LOCK = threading.RLock()
_KEPT: dict[Hashable, tuple[object, object]] = {}


def kept(key: Hashable, places: tuple[Path, ...], make: Callable[[], Made]) -> Made:
    """What is made of YAML files, made anew only after one of them has changed.

    Threads that ask at the same moment wait for the one that makes it.

    Args:
        key: what it is.
        places: the files, or folders of them, that it is made of.
        make: makes it.
    """
    with _LOCK:
        state = _state_of(places)
        held = _KEPT.get(key)
        if held is None or held[0] != state:
            held = _KEPT[key] = (state, make())
        return cast("Made", held[1])


def _state_of(places: tuple[Path, ...]) -> tuple[tuple[str, int, int], ...]:
    files = (f for place in places for f in ([place], place.rglob("*.yaml"))[place.is_dir()])
    stats = ((path, path.stat()) for path in sorted(files) if path.exists())
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats)


class _OneMeaning(SafeLoader):
    """YAML in which a key may stand once: the plain loader keeps the last and says nothing."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=deep)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is there twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _fixed(content: object) -> object:
    """The same with every list as a tuple, which nobody can change later."""
    if isinstance(content, Mapping):
        return {key: _fixed(value) for key, value in content.items()}
    return tuple(map(_fixed, content)) if isinstance(content, list | tuple) else content


def _shown(path: Path) -> str:
    root = project_root()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _sentence(file: str, wrong: ErrorDetails) -> str:
    """One mistake in words; entries of a list are counted from 1."""
    key = ""
    for part in wrong["loc"]:
        key += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    place = f"{file}, {key.lstrip('.')}" if key else file
    if wrong["type"] == "missing":
        return f"{place}: is missing. Add it."
    if wrong["type"] == "extra_forbidden":
        return f"{place}: is a key that nothing reads. Check its spelling."
    if wrong["type"] == "value_error":
        return f"{place}: {wrong['msg'].removeprefix('Value error, ')}."
    return f"{place}: should be {_wanted(wrong)}, but is {_held(wrong['input'])}."


def _wanted(wrong: ErrorDetails) -> str:
    context = wrong.get("ctx", {})
    if wrong["type"] == "in_words":
        return str(context["words"])
    if wrong["type"] == "literal_error":
        return str(context["expected"]).replace("'", "")
    return _KINDS.get(wrong["type"], wrong["msg"].removeprefix("Input should be "))


def _held(value: object) -> str:
    if value is None:
        return "empty"
    text = repr(list(value)) if isinstance(value, tuple) else repr(value)
    text = str(value) if isinstance(value, date) else text
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
