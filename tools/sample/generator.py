"""Writing the whole sample into a raw folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from infobank.domain.paths import project_root
from infobank.domain.quarters import Quarter
from infobank.domain.synthetic_files import LIST_NAME, SyntheticList, committed_list
from tools.sample import (
    adult,
    bodies,
    indicators,
    inspections,
    intelligence,
    population,
    published_results,
    recommendation_list,
    returns,
    surveys,
)
from tools.sample import published_records as records
from tools.sample.calendar import quarters
from tools.sample.parcel import BY_HAND, PUBLISHED, Parcel, lay_down
from tools.sample.sample_settings import facts_folder, load_settings
from tools.sample.world import World, build_world


def generate(root: Path, scale: int = 1, seed: int | None = None) -> list[Path]:
    """Write the sample's deliveries below a folder; the same bytes on every run.

    Last comes the list of the synthetic files, from what the generator made and never from what
    lies in the folder: a file that somebody put there is not on it. The list of the shipped
    sample is part of the project; any other stands in the root of the sample.

    Args:
        root: the folder that gets ``<source>/<received>/<file>``, such as ``raw/sample``.
        scale: how many times the shipped number of inspections, survey forms and quarterly
            deliveries to write, for benchmarks.
        seed: what the figures are drawn from; that of ``schemas/sample.yaml`` when None.

    Returns:
        The files written, without their sidecars, in path order.

    Raises:
        ValueError: ``scale`` is below 1.
    """
    if scale < 1:
        msg = f"The scale is {scale}. Give a whole number from 1 up."
        raise ValueError(msg)
    settings = load_settings()
    world = build_world(settings, settings["seed"] if seed is None else seed)
    files: list[Path] = []
    synthetic: dict[str, str] = {}
    for parcel in _parcels(world, scale):
        path = lay_down(parcel, root)
        files.append(path)
        if parcel.origin != PUBLISHED:
            digest = hashlib.sha256(parcel.content).hexdigest()
            synthetic[path.relative_to(root).as_posix()] = digest
    chosen = settings["seed"] if seed is None else seed
    SyntheticList(synthetic, scale, chosen).write(_list_of(root, scale, seed))
    return sorted(files)


def _list_of(root: Path, scale: int, seed: int | None) -> Path:
    """Where the list of a sample's synthetic files stands."""
    home = project_root() / "raw" / "sample"
    shipped = root.resolve() == home.resolve() and scale == 1 and seed is None
    return committed_list() if shipped else root / LIST_NAME


def _parcels(world: World, scale: int) -> Iterator[Parcel]:
    first, last = (Quarter.parse(world.settings[k]) for k in ("first_quarter", "last_quarter"))
    span = quarters(first, last)
    yield from population.deliveries(world)
    yield from indicators.deliveries(world, span, scale)
    planned = inspections.schedule(world, scale)
    yield from inspections.deliveries(world, planned)
    yield from surveys.case_manager_feedback(world, planned, scale)
    yield from surveys.children_survey(world, scale)
    yield from intelligence.reports(world, span)
    yield from bodies.deliveries(world, span)
    yield from intelligence.board_workbooks(world, span)
    yield from intelligence.constraints(world, span)
    yield from recommendation_list.deliveries(world, planned, span)
    yield from published_results.deliveries(world.settings)
    yield from _other_sources(world, planned, scale)


def _other_sources(
    world: World, planned: list[inspections.Inspection], scale: int
) -> Iterator[Parcel]:
    yield from returns.inspected_bodies(world, inspections.schedule(world))
    yield from returns.parents_carers(world, planned)
    trusts = adult.schedule(world, scale)
    yield from adult.workbooks(world, trusts)
    yield from adult.prisons(world)
    yield from returns.victims(world, adult.schedule(world))
    yield from returns.offender_managers(world, adult.schedule(world))
    yield from returns.local_assessors(world, planned)
    yield from records.deliveries(world)
    yield from _written_by_hand()


def _written_by_hand() -> Iterator[Parcel]:
    """Deliveries written by hand, for sources whose sample needs no generator.

    They lie in ``schemas/sample/deliveries`` as they are to lie in the raw folder.
    """
    for path in sorted((facts_folder() / "deliveries").glob("*/*/*")):
        received = date.fromisoformat(path.parent.name)
        yield Parcel(path.parent.parent.name, received, path.name, path.read_bytes(), BY_HAND)
