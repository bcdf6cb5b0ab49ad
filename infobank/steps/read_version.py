"""What decides a reading beside the file itself: a digest that is part of every kept reading's key.

Nothing is listed by hand. The modules are found by following the imports of the reading step, and
with them the libraries those use, in the releases installed; and there are our schemas, the lock
file and Python itself. Whatever of it changes, files are read anew.
"""

from __future__ import annotations

import ast
import hashlib
import platform
import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import packages_distributions, version
from pathlib import Path

from infobank.domain.paths import code_root, schemas_root

START = "infobank.steps.read"
_PACKAGE = "infobank"
_LOCK = "requirements.lock"
_LENGTH = 16


@lru_cache(maxsize=1)
def reading_version() -> str:
    """Sixteen hexadecimal digits that change with everything that decides how a file is read."""
    return version_of(code_root(), schemas_root())


def version_of(root: Path, schemas: Path) -> str:
    """The same for a checkout: its modules, its lock file, and a folder of schemas.

    Args:
        root: holds ``infobank/`` and ``requirements.lock``.
        schemas: contracts, layouts, register and settings. Corrections are left out: a file's own
            are in the key of its reading, and those of others do not matter.
    """
    modules, libraries = imported(root)
    ours = [p for p in sorted(schemas.rglob("*")) if p.is_file()]
    files = {
        **{path.relative_to(root).as_posix(): path for path in modules.values()},
        **{
            f"schemas/{path.relative_to(schemas).as_posix()}": path
            for path in ours
            if path.relative_to(schemas).parts[0] != "corrections"
        },
    }
    if (root / _LOCK).is_file():
        files[_LOCK] = root / _LOCK
    digest = hashlib.sha256()
    for name, path in sorted(files.items()):
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    digest.update(f"python {platform.python_version()}\0".encode())
    for line in releases(libraries):
        digest.update(f"{line}\0".encode())
    return digest.hexdigest()[:_LENGTH]


def imported(root: Path, start: str = START) -> tuple[dict[str, Path], set[str]]:
    """All that a module imports, directly or not: our modules with their files, and libraries.

    An import within a function counts; so does one that is for the type checker only.

    Raises:
        FileNotFoundError: the module is not in the checkout.
    """
    if not _file(root, start):
        msg = f"{start} is not in {root}"
        raise FileNotFoundError(msg)
    found: dict[str, Path] = {}
    libraries: set[str] = set()
    left = [start]
    while left:
        name = left.pop()
        path = _file(root, name)
        if name in found or path is None:
            continue
        found[name] = path
        # Importing a module runs the packages it lies in.
        left += [name.rpartition(".")[0]] if "." in name else []
        for other in _imports(path):
            if other.split(".")[0] == _PACKAGE:
                left.append(other)
            else:
                libraries.add(other.split(".")[0])
    return found, libraries - set(sys.stdlib_module_names)


def releases(libraries: set[str]) -> list[str]:
    """The installed releases of libraries, by the names they are imported under."""
    given = packages_distributions()
    distributions = {each for name in libraries for each in given.get(name, [])}
    return [f"{each} {version(each)}" for each in sorted(distributions)]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _file(root: Path, name: str) -> Path | None:
    path = root / Path(*name.split("."))
    for each in (path.with_suffix(".py"), path / "__init__.py"):
        if each.is_file():
            return each
    return None
