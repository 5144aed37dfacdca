"""Whether a worker may grade: it is asked before anything of a student's is sent. Hands nothing out."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata

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
        if different := differences(here(), await _greeted(scheduler, address)):
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


async def _greeted(scheduler: Scheduler, address: str) -> Versions:
    """Ask a worker for its versions; one that does not know the question is asked as any Python can be."""
    try:
        found: Versions = await scheduler.ask(address, station.greet)
    except AskError as error:
        try:
            version = f"grader {await scheduler.ask(address, metadata.version, 'grader')}"
        except AskError:
            version = "no grader"
        raise AskError(
            f"{version} there, grader {here().grader} here, for its scheduler or for itself ({error})"
        ) from None
    return found
