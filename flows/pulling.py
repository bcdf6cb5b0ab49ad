"""Pulling deliveries from where their contracts say they come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import cast

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.blocks.system import Secret
from prefect.cache_policies import NO_CACHE
from prefect.futures import wait
from prefect.task_runners import ThreadPoolTaskRunner
from rich.console import Console
from rich.text import Text

from flows.ending import ends_plainly
from flows.folders import place_of
from flows.run_log import show_in_run_log
from infobank.contracts import SourceContract, load_sources
from infobank.domain.errors import MistakeError
from infobank.domain.in_words import counted
from infobank.domain.quarters import refuse_days_to_come
from infobank.pulling import Credentials, Pulled, PullError, from_environment, has_servers, pull
from infobank.pulling.credentials import NAMES, block

_SERVERS_AT_ONCE = 4


@task(name="pull", task_run_name="pull {contract.id}", cache_policy=NO_CACHE)
def pull_source(
    contract: SourceContract, raw: Path, received: date, server: str
) -> tuple[list[Pulled], str]:
    """Pull one source; its files, and in a sentence what went wrong, or ""."""
    try:
        return pull(contract, raw, received, credentials_of(contract.id), server=server), ""
    except PullError as error:
        return list(error.pulled), str(error)


def credentials_of(source: str) -> Credentials:
    """The credentials of a source: Prefect's secret blocks first, then the environment."""
    environment = from_environment(source)
    found: dict[str, str] = {}
    for name in NAMES:
        with suppress(ValueError):  # no block of that name
            found[name] = str(cast("Secret[str]", Secret.load(block(source, name))).get())
    return Credentials(**{name: found.get(name, getattr(environment, name)) for name in NAMES})


@flow(
    name="pull deliveries",
    task_runner=ThreadPoolTaskRunner(max_workers=_SERVERS_AT_ONCE),  # type: ignore[arg-type]
    validate_parameters=True,
)
@ends_plainly
def pull_deliveries(
    sources: list[str] | None = None,
    raw: Path = Path("raw"),
    received: date | None = None,
    server: str = "",
) -> list[Pulled]:
    """Fetch new and changed files from the senders' servers into the raw folder.

    Args:
        sources: The sources to fetch, such as yjb_custody. Empty: all that name a server
            other than the sample's.
        raw: The folder of deliveries, from the project's folder.
        received: The day that new files are filed under. Empty: today.
        server: Only the server of that name in the contracts. Empty: all but the sample.
    """
    show_in_run_log()
    folder = place_of(raw)
    contracts = chosen(sources or [], server)
    refuse_days_to_come(None, received, date.today())
    day = received or date.today()
    futures = [pull_source.submit(contract, folder, day, server) for contract in contracts]
    wait(futures)
    ended = [future.result() for future in futures]
    pulled = [one for files, _ in ended for one in files]
    troubles = [sentence for _, sentence in ended if sentence]
    _show(pulled, troubles)
    if troubles:
        raise PullError("\n".join(troubles), tuple(pulled))
    return pulled


def chosen(sources: list[str], server: str) -> list[SourceContract]:
    """The contracts to pull.

    Raises:
        MistakeError: a source is not known, or none has anything to pull from.
    """
    known = load_sources()
    if unknown := [name for name in sources if name not in known]:
        msg = (
            f"There is no source {unknown[0]}. There are {counted(sorted(known), 'sources')}; "
            "docs/dictionary/index.md lists them."
        )
        raise MistakeError(msg)
    if sources:
        return [known[name] for name in dict.fromkeys(sources)]
    found = [
        contract
        for contract in known.values()
        if (any(s.name == server for s in contract.servers) if server else has_servers(contract))
    ]
    if not found:
        msg = (
            f"No contract names {f'a server {server}' if server else 'a server of real files'}"
            ", so there is nothing to pull. docs/pulling.md says how to name one."
        )
        raise MistakeError(msg)
    return found


def _show(pulled: list[Pulled], troubles: list[str]) -> None:
    rows = [
        {"source": p.source, "file": p.file, "what": p.outcome, "from": p.origin, "bytes": p.size}
        for p in pulled
    ]
    rows += [
        {"source": "", "file": "", "what": sentence, "from": "", "bytes": 0}
        for sentence in troubles
    ]
    create_table_artifact(
        key="pulled",
        description="What became of each file at the servers.",
        table=rows
        or [{"source": "", "file": "", "what": "Nothing there.", "from": "", "bytes": 0}],
    )


def tell_pulled(pulled: Iterable[Pulled], out: Console) -> None:
    """Say what came, what did not come because it is here, and what has to wait."""
    pulled = list(pulled)
    for one in pulled:
        if one.outcome == "fetched":
            out.print(Text(f"  {one.file} ({one.size:,} bytes)"))
        elif one.outcome == "postponed":
            out.print(
                Text(
                    f"! {one.origin} was not taken: there is already a file of that name and day, "
                    f"{one.file}. Pull again tomorrow, or name another day with --received."
                )
            )
    count = Counter(one.outcome for one in pulled)
    out.print(
        f"{len(pulled)} files at the servers: {count['fetched']} fetched, {count['unchanged']} "
        f"unchanged, {count['already delivered']} already delivered, "
        f"{count['postponed']} postponed."
    )


def fetch_new(raw: Path) -> list[str]:
    """Pull from every server the contracts name; what could not be brought, in sentences."""
    try:
        pull_deliveries(raw=raw)
    except MistakeError as problem:
        return [str(problem)]
    return []
