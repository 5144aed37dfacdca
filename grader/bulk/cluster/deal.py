"""Who grades what next, and what a death means: decisions only. No I/O, no clock, no Dask.

Theory: a *station* is a worker process of the cluster, a *desk* one grading process in it. A desk's process may die
while its station lives, and a whole station may be lost: a machine that stopped, a job that ran out of time, or a
program that brought it down. Either is a *death*, of all that was under way there, and says little of any of it. So
there are three turns, one after the other:

1. New work: a few submissions at each desk. Who dies there waits for the second turn.
2. Those who died once: one a desk, in stations that have nothing but such. Who dies there waits for the third turn.
3. Those who died twice: one at a time, with nothing else under way anywhere. Who dies there is tried again after the
   others, and is convicted by dying so three times while nothing was graded in between.

Bad luck does not convict: as long as workers are lost by themselves, what is innocent is graded between two losses,
and that counts for everybody. What is deadly costs five processes, and one more for each time that bad luck brought an
innocent into the third turn with it. Until the last turn nobody waits for it, and in the last nobody can lose by it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from grader.bulk.bench import UNDER_WAY
from grader.run.submission import Submission

_MOST_BYTES = 16 << 20  # of one desk's submissions: what is under way must fit into memory, here and there
_CONVICTED_BY = 3  # deaths with nothing else under way and nothing graded in between

_CONVICTED = "The worker that graded it ended {} times, the last {} with nothing else to do: it seems to end workers."
_NO_STATION = "The worker that graded it ended {} times, and no other is left to try it once more."


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

    @property
    def under_way(self) -> list[Submission]:
        """All that its desks have."""
        return [each for desk in self.desks for each in desk.under_way.values()]


@dataclass(frozen=True)
class Aside:
    """A submission that is not tried again, and why."""

    submission: Submission
    reason: str


class Deal:
    """Deals the work of one batch out to the stations that there are."""

    def __init__(self, work: Iterator[Submission], at_once: int = UNDER_WAY) -> None:
        self._work = work
        self._next = next(work, None)
        self._at_once = at_once
        self._died_once: deque[Submission] = deque()
        self._died_twice: deque[Submission] = deque()
        self._deaths: Counter[str] = Counter()
        self._last_deaths: Counter[str] = Counter()  # in the last turn, since something was graded
        self._anything_graded = False
        self.stations: dict[str, Station] = {}
        self.in_vain = 0  # deaths since something was graded, as far as they may be the workers' fault

    @property
    def done(self) -> bool:
        """Nothing is left and nothing is under way."""
        return not self._died_twice and self._only_last

    @property
    def stuck(self) -> bool:
        """No station is there, and all that is left died twice."""
        return bool(self._died_twice) and self._only_last and not self.stations

    @property
    def _only_last(self) -> bool:
        """Nothing is under way, and nothing waits for the first two turns."""
        return not (self._next or self._died_once or any(station.under_way for station in self.stations.values()))

    def admit(self, address: str, desks: int) -> Station:
        """Take a station in."""
        station = Station(address)
        station.desks = tuple(Desk(station, number) for number in range(desks))
        self.stations[address] = station
        return station

    def hand_out(self, free: Iterable[Desk]) -> dict[Desk, list[Submission]]:
        """Give each of the desks that ask what it gets now, and note it as under way."""
        desks = list(free)
        if self._next is not None:
            return self._new(desks)
        if self._died_once:
            return self._one_a_desk(desks)
        if self._died_twice and self._only_last and desks:
            return {desks[0]: [_put(desks[0], self._died_twice.popleft())]}
        return {}

    def graded(self, desk: Desk, name: str) -> Submission | None:
        """Take a submission off a desk; None where the desk does not have it: then its grade is not wanted."""
        found = desk.under_way.pop(name, None)
        if found is not None:
            self._anything_graded = True
            self._last_deaths.clear()
            self.in_vain = 0
        return found

    def crashed(self, desk: Desk) -> list[Aside]:
        """Note that a desk's process died while its station lives; give what is convicted by that."""
        had = list(desk.under_way.values())
        desk.under_way = {}
        return self._died(had)

    def lost(self, address: str) -> list[Aside]:
        """Note that a station is gone; give what is convicted by that."""
        return self._died(self.stations.pop(address).under_way)

    def give_up(self) -> list[Aside]:
        """Set aside what is left when no station comes any more."""
        left, self._died_twice = self._died_twice, deque()
        return [Aside(each, _NO_STATION.format(self._deaths[each.name])) for each in left]

    def _new(self, desks: list[Desk]) -> dict[Desk, list[Submission]]:
        """Give new work, even shares first."""
        given: dict[Desk, list[Submission]] = {}
        while self._next is not None and (desks := [desk for desk in desks if desk.has_room(self._at_once)]):
            desk = min(desks, key=lambda desk: len(desk.under_way))
            given.setdefault(desk, []).append(_put(desk, self._next))
            self._next = next(self._work, None)
        return given

    def _one_a_desk(self, desks: list[Desk]) -> dict[Desk, list[Submission]]:
        """Give those who died once to desks of stations that have nothing else."""
        given: dict[Desk, list[Submission]] = {}
        for desk in desks:
            if self._died_once and not desk.under_way and all(self._deaths[e.name] for e in desk.station.under_way):
                given[desk] = [_put(desk, self._died_once.popleft())]
        return given

    def _died(self, had: list[Submission]) -> list[Aside]:
        self.in_vain += self._blames_workers(had)
        return [aside for each in had for aside in self._died_of(each)]

    def _died_of(self, each: Submission) -> list[Aside]:
        """Note a death of one submission: let it wait for its next turn, or set it aside."""
        self._deaths[each.name] += 1
        if self._deaths[each.name] == 1:
            self._died_once.append(each)
            return []
        if self._deaths[each.name] > 2:
            self._last_deaths[each.name] += 1
        if self._last_deaths[each.name] < _CONVICTED_BY:
            self._died_twice.append(each)
            return []
        return [Aside(each, _CONVICTED.format(self._deaths[each.name], _CONVICTED_BY))]

    def _blames_workers(self, had: list[Submission]) -> bool:
        """Say whether a death may be the workers' fault: until all new work is out, or something could be graded."""
        return (self._next is not None or not self._anything_graded) and any(self._deaths[e.name] < 2 for e in had)


def _put(desk: Desk, submission: Submission) -> Submission:
    desk.under_way[submission.name] = submission
    return submission
