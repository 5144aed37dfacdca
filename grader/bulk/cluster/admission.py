"""Whether a worker may grade: it is asked before anything of a student's is sent. Hands nothing out."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass

from grader.bulk.bench import Orders
from grader.bulk.bundle import CourseBundle
from grader.bulk.cluster import station
from grader.bulk.cluster.scheduler import AskError, Scheduler
from grader.bulk.cluster.versions import Versions, differences, here


@dataclass(frozen=True)
class Ready:
    """A worker would grade as this machine does, and its desks are open."""

    address: str
    desks: int
    mark: str
    seal: str


@dataclass(frozen=True)
class Refused:
    """A worker must not grade this class."""

    address: str
    reason: str


@dataclass(frozen=True)
class Batch:
    """What a worker must know of a batch to open its desks."""

    name: str
    bundle: CourseBundle
    orders: Orders


async def admission(scheduler: Scheduler, address: str, threads: int, batch: Batch) -> Ready | Refused:
    """Compare versions, send the course where it is not known, open the desks."""
    try:
        found = await _greeted(scheduler, address)
        if isinstance(found, str):
            return Refused(address, f"{found}. Install the same there.")
        if different := differences(here(), found):
            return Refused(address, f"has {'; '.join(different)}. Install the same there.")
        return await _opened(scheduler, address, threads, batch)
    except AskError as error:
        return Refused(address, f"cannot be asked: {error}.")


async def _opened(scheduler: Scheduler, address: str, threads: int, batch: Batch) -> Ready | Refused:
    version = batch.bundle.version
    request = batch.name, version, batch.orders, threads
    opened: station.Opened = await scheduler.ask(address, station.open_station, *request)
    if opened.outcome == "unknown course":
        found: str = await scheduler.ask(address, station.learn, batch.bundle)
        opened = station.Opened("other course", found)
        if found == version:
            opened = await scheduler.ask(address, station.open_station, *request)
    if opened.outcome == "open":
        return Ready(address, threads, opened.what, opened.seal)
    if opened.outcome == "fault":
        return Refused(address, f"cannot grade: {opened.what}")
    return Refused(
        address, f"has version {opened.what[:12]} of the course there, {version[:12]} here. Start that worker anew."
    )


async def _greeted(scheduler: Scheduler, address: str) -> Versions | str:
    """Ask a worker for its versions; give in words what one has that cannot say them.

    The first question names nothing of ours but in a text: a worker without the package would not survive another.
    """
    ours = here()
    try:
        version: str = await scheduler.ask(address, pkgutil.resolve_name, "grader:__version__")
        if version != ours.grader:
            return f"has grader {version} there, {ours.grader} here"
        await scheduler.ask(address, pkgutil.resolve_name, f"{station.__name__}:__name__")
    except AskError as error:
        return f"has no grader {ours.grader} there ({error})"
    try:
        found: Versions = await scheduler.ask(address, station.greet)
    except AskError as error:
        return f"has grader {version}, but its scheduler has not ({error})"
    return found
