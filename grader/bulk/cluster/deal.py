"""Who grades what next, and what a death means: decisions only. No I/O, no clock, no Dask.

Theory: a *station* is a worker process of the cluster, a *desk* one grading process in it; a desk has a few
submissions under way. When a desk's process dies while its station lives, what it had is suspect; when a whole station
is lost (a machine that stopped, a job that ran out of time, or a program that brought it down), so is all that it had.
A suspect is tried again in a quarantined station that has nothing but suspects, one a desk, and in company no more
once that goes wrong too. A desk that dies over a suspect alone convicts it. A station that is lost over a suspect
alone may be bad luck: such a submission is put aside to the end and tried once more when nobody else can lose by it.
So a deadly submission costs a few processes and never a neighbour's mark, and lost machines cost nobody anything.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from grader.run.submission import Submission

AT_ONCE = 12  # submissions under way at one desk: those that hang take up room, not time
_MOST_BYTES = 16 << 20  # of one desk's submissions: what is under way must fit into memory, here and there
_QUARANTINED = 4  # one station in so many may be kept for suspects while there is other work

_CONVICTED = "The worker process that graded it was ended twice, the second time with nothing else to do."
_LOST = "The worker that graded it was lost {} times, also with nothing else to do: the submission seems to end it."
_NO_STATION = "The worker that graded it was lost {} times, and no other is left to try it once more."


@dataclass(eq=False)
class Desk:
    """One grading process, and what it has."""

    station: Station
    number: int
    under_way: dict[str, Submission] = field(default_factory=dict)

    def has_room(self, at_once: int) -> bool:
        """Say whether it may have one more."""
        sizes = (len(content) for each in self.under_way.values() for content in each.files.values())
        return len(self.under_way) < at_once and sum(sizes) < _MOST_BYTES


@dataclass(eq=False)
class Station:
    """A worker process of the cluster, and its desks."""

    address: str
    desks: tuple[Desk, ...] = ()
    quarantined: bool = False

    @property
    def under_way(self) -> dict[str, Submission]:
        """All that its desks have."""
        return {name: each for desk in self.desks for name, each in desk.under_way.items()}


@dataclass(frozen=True)
class Aside:
    """A submission that is not tried again, and why."""

    submission: Submission
    reason: str


class Deal:
    """Deals the work of one batch out to the stations that there are."""

    def __init__(self, work: Iterator[Submission], at_once: int = AT_ONCE) -> None:
        self._work = work
        self._next = next(work, None)
        self._at_once = at_once
        self._suspects: deque[Submission] = deque()
        self._last: deque[Submission] = deque()
        self._final: set[str] = set()
        self._deaths: Counter[str] = Counter()
        self.stations: dict[str, Station] = {}
        self.in_vain = 0  # deaths over work since something was graded

    @property
    def done(self) -> bool:
        """Nothing is left and nothing is under way."""
        return not (self._next or self._suspects or self._last or self._busy)

    @property
    def only_last(self) -> bool:
        """All that is left are submissions that were put aside to the end."""
        left = {submission.name for submission in self._suspects}
        return bool(self._last or left) and left <= self._final and not (self._next or self._busy)

    @property
    def _busy(self) -> bool:
        return any(desk.under_way for station in self.stations.values() for desk in station.desks)

    def admit(self, address: str, desks: int) -> Station:
        """Take a station in."""
        station = Station(address)
        station.desks = tuple(Desk(station, number) for number in range(desks))
        self.stations[address] = station
        return station

    def hand_out(self, free: Iterable[Desk]) -> dict[Desk, list[Submission]]:
        """Give each of the desks that ask what it gets now, even shares first; note it as under way."""
        self._arrange()
        given: dict[Desk, list[Submission]] = {}
        ordinary = []
        for desk in free:
            if not desk.station.quarantined:
                ordinary.append(desk)
            elif (suspect := self._suspect_for(desk)) is not None:
                given[desk] = [suspect]
        while self._next is not None:
            ordinary = [desk for desk in ordinary if desk.has_room(self._at_once)]
            if not ordinary:
                break
            desk = min(ordinary, key=lambda desk: len(desk.under_way))
            given.setdefault(desk, []).append(self._next)
            desk.under_way[self._next.name] = self._next
            self._next = next(self._work, None)
        return given

    def graded(self, desk: Desk, name: str) -> Submission | None:
        """Take a submission off a desk; None where the desk does not have it: then its grade is not wanted."""
        found = desk.under_way.pop(name, None)
        if found is not None:
            self.in_vain = 0
        return found

    def crashed(self, desk: Desk) -> list[Aside]:
        """Note that a desk's process died while its station lives; give what is convicted by that."""
        self.in_vain += 1
        had, desk.under_way = list(desk.under_way.values()), {}
        if len(had) == 1 and self._deaths[had[0].name]:
            return self._set_aside(had[0], _CONVICTED)
        self._suspect(had)
        return []

    def lost(self, address: str) -> list[Aside]:
        """Note that a station is gone; give what is convicted by that."""
        station = self.stations.pop(address)
        had = list(station.under_way.values())
        self.in_vain += bool(had)
        if len(had) == 1 and self._deaths[had[0].name]:
            self._deaths[had[0].name] += 1
            if had[0].name in self._final:
                return self._set_aside(had[0], _LOST)
            self._last.append(had[0])
        else:
            self._suspect(had)
        return []

    def give_up(self) -> list[Aside]:
        """Set aside what is left when no station comes any more and nothing but the put-aside is left."""
        left = [*self._suspects, *self._last]
        self._suspects.clear()
        self._last.clear()
        return [aside for each in left for aside in self._set_aside(each, _NO_STATION)]

    def _set_aside(self, submission: Submission, reason: str) -> list[Aside]:
        self.in_vain = 0  # this one did it
        return [Aside(submission, reason.format(self._deaths[submission.name]))]

    def _suspect(self, had: Iterable[Submission]) -> None:
        for submission in had:
            self._deaths[submission.name] += 1
            self._suspects.append(submission)

    def _arrange(self) -> None:
        """Choose which stations are in quarantine."""
        if not self._suspects and self._last and self._next is None and not self._busy:
            self._suspects, self._last = self._last, deque()
            self._final |= {submission.name for submission in self._suspects}
        stations = self.stations.values()
        if not self._suspects:
            for station in stations:
                station.quarantined = station.quarantined and bool(station.under_way)
            return
        most = max(1, len(stations) // _QUARANTINED) if self._next is not None else len(stations)
        kept = [station for station in stations if station.quarantined]
        others = sorted((s for s in stations if not s.quarantined), key=lambda station: len(station.under_way))
        for station in others[: max(0, min(most, len(self._suspects)) - len(kept))]:
            station.quarantined = True

    def _suspect_for(self, desk: Desk) -> Submission | None:
        """Give a desk of a quarantined station its one suspect, once the station has nothing but suspects."""
        beside = desk.station.under_way
        if not self._suspects or desk.under_way or any(not self._deaths[name] for name in beside):
            return None
        alone = self._deaths[self._suspects[0].name] > 1 or any(self._deaths[name] > 1 for name in beside)
        if beside and alone:
            return None
        suspect = self._suspects.popleft()
        desk.under_way[suspect.name] = suspect
        return suspect
