"""Hold the warehouse until a line comes in, then publish; a script for two runs at a time."""

from __future__ import annotations

import sys
from pathlib import Path

from small_warehouse import RANKING, identity, ranking

from infobank.tables import LocalStorage, Staging, WarehouseBusyError


def main(warehouse: Path, quarter: str) -> None:
    try:
        with Staging(LocalStorage(warehouse), identity(quarter)) as staging:
            staging.write(RANKING, ranking(quarter, 1.0))
            print("staged", flush=True)
            sys.stdin.readline()
            staging.promote(staging.seal("accepted"))
            print("promoted", flush=True)
    except WarehouseBusyError as error:
        print(error, flush=True)
        sys.exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
