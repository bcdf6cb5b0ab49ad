"""Our own YAML files, read by the quick parser in C wherever PyYAML was built with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from yaml import SafeLoader as SafeLoader
else:  # ten times as quick in C, which an installation may lack
    SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """What a YAML file says.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    return yaml.load(path.read_text(encoding="utf-8"), Loader=SafeLoader)  # noqa: S506 (a safe loader)


def state_of(*places: Path) -> tuple[tuple[str, int, int], ...]:
    """When each YAML file was last written, and its size; a place is a file or a folder of them.

    What was made of the files holds for as long as this stays the same.
    """
    files = (f for place in places for f in ([place], place.rglob("*.yaml"))[place.is_dir()])
    told = ((path, path.stat()) for path in sorted(files))
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in told)
