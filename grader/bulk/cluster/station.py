"""What the batch asks of a Dask worker: the functions that are sent as tasks, and what the worker keeps between them.

Theory: a worker process of the cluster keeps courses by their version, unpacked once, and for each batch a *station*:
as many desks as the worker has threads. Every `exchange` with a desk is a short task: some submissions in, the grades
that are done out. So the batch knows at each moment what is under way where, and holds no more than that. A station
that is asked for nothing for a while is closed: its batch was killed.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.bulk.bench import Orders
from grader.bulk.bundle import CourseBundle, pack
from grader.bulk.cluster.desk import Answer, Desk, DeskError
from grader.bulk.cluster.versions import Versions, here
from grader.course import Course

_IDLE_S = 300.0  # no batch that lives asks for nothing for so long while its desks are open


@dataclass(frozen=True)
class Opened:
    """How opening a station went; `what` is its mark, the version that is wanted or found, or the reason."""

    outcome: Literal["open", "unknown course", "other course", "fault"]
    what: str
    seal: str = "none"


class _Station:
    """The desks of one batch in this process."""

    def __init__(self, course: Path, orders: Orders, desks: int) -> None:
        self.mark = uuid.uuid4().hex
        self.desks = [Desk(course, orders) for _ in range(desks)]
        self._closed = threading.Event()
        self._asked = 0
        self._last_s = time.monotonic()

    def open(self) -> str:
        """Start every desk; give the seal or raise DeskError."""
        for desk in self.desks:
            desk.start()
        seals = {desk.ready() for desk in self.desks}
        if len(seals) > 1:
            raise DeskError(f"Programs are sealed in more than one way here: {' and '.join(sorted(seals))}.")
        threading.Thread(target=self._watch, daemon=True).start()
        return seals.pop()

    def exchange(self, desk: int, number: int, frames: bytes) -> Answer:
        """Exchange with a desk."""
        self._asked += 1
        try:
            return self.desks[desk].exchange(number, frames)
        finally:
            self._asked -= 1
            self._last_s = time.monotonic()

    def close(self) -> None:
        """End the desks."""
        self._closed.set()
        for desk in self.desks:
            desk.close()

    def _watch(self) -> None:
        while not self._closed.wait(_IDLE_S / 10):
            if not self._asked and time.monotonic() - self._last_s > _IDLE_S:
                self.close()


_courses: dict[str, Path] = {}
_stations: dict[str, _Station] = {}
_changing = threading.Lock()


def greet() -> Versions:
    """Say which versions are here."""
    return here()


def learn(bundle: CourseBundle) -> str:
    """Unpack a course, once; give the version that is found in what was unpacked."""
    folder = Path(tempfile.mkdtemp(prefix="grade-course-", dir=_scratch()))
    found = pack(bundle.unpack(folder)).version
    with _changing:
        _courses[found] = folder / bundle.course
    return found


def open_station(batch: str, course: str, orders: Orders, desks: int) -> Opened:
    """Open the station of a batch, for a course that is named by its version."""
    close_station(batch)
    with _changing:
        folder = _courses.get(course)
    if folder is None or not folder.is_dir():
        return Opened("unknown course", course)
    found = pack(Course(folder)).version
    if found != course:
        return Opened("other course", found)
    station = _Station(folder, orders, desks)
    try:
        seal = station.open()
    except DeskError as error:
        station.close()
        return Opened("fault", str(error))
    with _changing:
        _stations[batch] = station
    return Opened("open", station.mark, seal)


def exchange(batch: str, mark: str, desk: int, number: int, frames: bytes) -> Answer | None:
    """Hand submissions to a desk and wait for grades; None where there is no such station (any more)."""
    station = _stations.get(batch)
    if station is None or station.mark != mark:
        return None
    return station.exchange(desk, number, frames)


def close_station(batch: str) -> None:
    """Close the station of a batch, if there is one."""
    with _changing:
        station = _stations.pop(batch, None)
    if station is not None:
        station.close()


def _scratch() -> str | None:
    """Give the folder that Dask empties after this worker, also after one that was killed."""
    from distributed import get_worker

    with contextlib.suppress(ValueError):
        return str(get_worker().local_directory)
    return None
