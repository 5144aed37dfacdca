"""Who grades what next when workers die: nothing is lost, nothing is doubled, and only what kills is set aside."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.bulk.cluster.deal import Aside, Deal, Desk, Station
from grader.run.submission import Submission

DEADLY = st.dictionaries(st.integers(0, 29).map(str), st.sampled_from(("desk", "station")), max_size=4)


def work(number: int) -> Iterator[Submission]:
    """Submissions by number."""
    return (Submission(str(each), {}) for each in range(number))


class World:
    """Plays a cluster: stations that grade, and die of what they are given or by bad luck; others come for them."""

    def __init__(self, submissions: int, stations: int, desks: int, deadly: dict[str, str], at_once: int = 4) -> None:
        self.deal = Deal(work(submissions), at_once)
        self.names = {str(each) for each in range(submissions)}
        self.desks = desks
        self.deadly = {name: what for name, what in deadly.items() if name in self.names}
        self.kept: Counter[str] = Counter()
        self.aside: dict[str, str] = {}
        self.deaths: Counter[str] = Counter()
        self.since: Counter[str] = Counter()  # deaths since something was graded
        self.dead: list[Station] = []  # ... which nobody has noticed yet
        self.born = 0
        for _ in range(stations):
            self.bear()

    @property
    def stations(self) -> list[Station]:
        """Those that live."""
        return [station for station in self.deal.stations.values() if station not in self.dead]

    def bear(self) -> None:
        """Let a station come."""
        self.born += 1
        self.deal.admit(f"tcp://{self.born}", self.desks)

    def hand_out(self) -> None:
        """Let every desk ask, also those whose death is not known yet, and let what is deadly do its deed."""
        self.deal.hand_out([desk for station in self.deal.stations.values() for desk in station.desks])
        for station in self.stations:
            if any(self.deadly.get(each.name) == "station" for each in station.under_way):
                self.kill(station)
                self.notice()
                continue
            for desk in station.desks:
                if any(self.deadly.get(name) == "desk" for name in desk.under_way):
                    self.crash(desk)

    def kill(self, station: Station) -> None:
        """Let a station die."""
        self.dead.append(station)

    def notice(self) -> None:
        """Let the deaths be known, and others come in place of the dead."""
        for station in self.dead:
            self._note(station.under_way)
            self._take(self.deal.lost(station.address))
            self.bear()
        self.dead = []

    def crash(self, desk: Desk) -> None:
        """Let a desk's process die."""
        self._note(desk.under_way.values())
        self._take(self.deal.crashed(desk))

    def _note(self, had: Iterable[Submission]) -> None:
        names = [each.name for each in had]
        self.deaths.update(names)
        self.since.update(names)

    def _take(self, asides: list[Aside]) -> None:
        for aside in asides:
            assert aside.submission.name not in self.aside
            self.aside[aside.submission.name] = aside.reason

    def grade(self, which: int) -> bool:
        """Let one of the submissions under way be done, if a desk that lives has one."""
        desks = [desk for station in self.stations for desk in station.desks if desk.under_way]
        if desks:
            desk = desks[which % len(desks)]
            name = sorted(desk.under_way)[which % len(desk.under_way)]
            assert self.deal.graded(desk, name) is not None
            self.kept[name] += 1
            self.since.clear()
        return bool(desks)

    def play(self) -> None:
        """Go on to the end without more bad luck."""
        for _ in range(10_000):
            self.notice()
            if self.deal.done:
                return
            self.hand_out()
            self.grade(0)
        raise AssertionError("The batch does not end.")

    def check(self) -> None:
        """Each submission has come out once, and what is deadly without a grade."""
        assert set(self.kept) | set(self.aside) == self.names
        assert not set(self.kept) & set(self.aside) and all(times == 1 for times in self.kept.values())
        assert set(self.deadly) <= set(self.aside)


@given(
    submissions=st.integers(0, 30),
    stations=st.integers(1, 5),
    desks=st.integers(1, 3),
    deadly=DEADLY,
    luck=st.lists(st.tuples(st.sampled_from(("grade", "grade", "kill", "crash", "notice")), st.integers(0, 99))),
)
def test_whatever_dies_each_submission_is_graded_or_set_aside_once(
    submissions: int, stations: int, desks: int, deadly: dict[str, str], luck: list[tuple[str, int]]
) -> None:
    """Every one comes out once; an innocent has its grade unless bad luck meets it five times, thrice on end."""
    world = World(submissions, stations, desks, deadly)
    unlucky: set[str] = set()
    for what, which in luck:
        world.hand_out()
        living = world.stations
        if what == "grade":
            world.grade(which)
        elif what == "notice":
            world.notice()
        elif what == "kill" and living:
            world.kill(living[which % len(living)])
        elif living:
            world.crash(living[which % len(living)].desks[which % desks])
        unlucky |= {name for name, times in world.since.items() if times >= 3 and world.deaths[name] >= 5}
    world.notice()
    unlucky |= {name for name, times in world.since.items() if times >= 3 and world.deaths[name] >= 5}
    world.play()
    world.check()
    assert set(world.aside) - set(world.deadly) <= unlucky
    innocents = sum(times >= 2 for name, times in world.deaths.items() if name not in world.deadly)
    assert all(world.deaths[name] <= 5 + 2 * innocents for name in world.deadly)


@given(st.integers(1, 40), st.integers(1, 6), st.integers(1, 4), DEADLY)
def test_what_is_deadly_costs_five_or_six_processes_and_no_neighbour_a_mark(
    submissions: int, stations: int, desks: int, deadly: dict[str, str]
) -> None:
    """Without bad luck exactly what ends workers is set aside, and where a worker has one desk, after five deaths."""
    world = World(submissions, stations, desks, deadly)
    world.play()
    world.check()
    assert set(world.aside) == set(world.deadly)
    assert all(world.deaths[name] in ((5,) if desks == 1 else (5, 6)) for name in world.deadly)
    assert all("ended" in reason and "nothing else to do" in reason for reason in world.aside.values())


@pytest.mark.parametrize(("kills", "submissions", "deadly"), [(20, 51, 0), (20, 51, 3), (100, 211, 0), (100, 211, 6)])
@pytest.mark.parametrize("stations", [2, 8])
def test_workers_killed_at_random_convict_nobody(kills: int, submissions: int, deadly: int, stations: int) -> None:
    """Fifty classes, each with a kill at every second grade: whoever is set aside is deadly."""
    for seed in range(50):
        draw = random.Random(seed)
        kinds = {str(each): draw.choice(("desk", "station")) for each in draw.sample(range(submissions), deadly)}
        world = World(submissions, stations, 1, kinds, at_once=12)
        moments = set(draw.sample(range(1, submissions - deadly), kills))
        while not world.deal.done:
            world.hand_out()
            if world.grade(draw.randrange(99)) and world.kept.total() in moments:
                world.kill(draw.choice(world.stations))
            if draw.random() < 0.3 or not world.stations:  # until then dead stations are given work, too
                world.notice()
        world.check()
        assert set(world.aside) == set(kinds)


def test_what_may_be_deadly_is_tried_when_nobody_else_can_lose_by_it() -> None:
    """Whoever died once waits for the end of the new work; whoever died twice for the end of everything."""
    world = World(20, 2, 1, {"3": "station"})
    while "3" not in world.deaths:
        world.hand_out()
    out = {"3"}
    while len(out) < 20:
        assert world.deaths["3"] == 1
        world.grade(0)
        world.hand_out()
        out |= {*world.kept, *world.deaths, *(e.name for station in world.stations for e in station.under_way)}
    while sum(world.kept.values()) < 19:
        assert world.deaths["3"] <= 2
        world.hand_out()
        world.grade(0)
    world.play()
    assert set(world.aside) == {"3"} and world.deaths["3"] == 5


def test_the_last_are_tried_one_at_a_time() -> None:
    """Those who died twice are alone on the whole cluster, so what brings down a machine brings down nobody with it."""
    world = World(8, 2, 2, {})
    for _ in range(3):  # all eight at once, then four and four
        world.hand_out()
        for station in world.stations:
            world.kill(station)
        world.notice()
    while not world.deal.done:
        world.hand_out()
        assert sum(len(station.under_way) for station in world.stations) == 1
        world.grade(0)
    world.check()
    assert not world.aside


def test_no_desk_has_more_than_its_share() -> None:
    """What is under way is bounded however long the class is, and the desks have equal shares of a short one."""
    taken = []

    def endless() -> Iterator[Submission]:
        for each in range(1_000_000):
            taken.append(each)
            yield Submission(str(each), {})

    deal = Deal(endless(), at_once=12)
    desks = deal.admit("tcp://a", 2).desks + deal.admit("tcp://b", 1).desks
    assert [len(given) for given in deal.hand_out(desks).values()] == [12, 12, 12]
    assert not deal.hand_out(desks) and len(taken) == 37
    short = Deal(work(7))
    assert [len(g) for g in short.hand_out(short.admit("tcp://a", 3).desks).values()] == [3, 2, 2]


def test_an_answer_of_a_desk_that_has_not_the_submission_counts_for_nothing() -> None:
    """What was given out again is graded once, by whoever has it."""
    deal = Deal(work(1))
    (old,) = deal.admit("tcp://a", 1).desks
    deal.hand_out([old])
    (new,) = deal.admit("tcp://b", 1).desks
    deal.crashed(old)
    deal.lost("tcp://a")
    deal.hand_out([new])
    assert deal.graded(old, "0") is None and not deal.done
    assert deal.graded(new, "0") is not None and deal.done


def test_what_waits_for_a_last_try_is_given_up_when_no_station_is_left() -> None:
    """Without another worker the batch ends, and says of what it did not try again why."""
    deal = Deal(work(1))
    for address in ("tcp://a", "tcp://b"):
        assert not deal.stuck
        deal.hand_out(deal.admit(address, 1).desks)
        assert not deal.lost(address)
    assert deal.stuck and not deal.done
    (aside,) = deal.give_up()
    assert deal.done and "ended 2 times" in aside.reason


def test_large_submissions_are_not_heaped_up_at_one_desk() -> None:
    """A desk that has many bytes gets no more until it has given some back."""
    large = (Submission(str(each), {"exercise1.py": bytes(9 << 20)}) for each in range(6))
    deal = Deal(large)
    desks = deal.admit("tcp://a", 2).desks
    assert [[each.name for each in given] for given in deal.hand_out(desks).values()] == [["0", "2"], ["1", "3"]]
    deal.graded(desks[1], "1")
    assert [[each.name for each in given] for given in deal.hand_out(desks).values()] == [["4"]]


def test_workers_that_die_of_anything_are_known_by_it() -> None:
    """Deaths count until something is graded; one that leaves with nothing under way harms nobody."""
    deal = Deal(work(50))
    for each in range(3):
        deal.hand_out(deal.admit(f"tcp://{each}", 1).desks)
        deal.lost(f"tcp://{each}")
        deal.admit("tcp://idle", 1)
        deal.lost("tcp://idle")
        assert deal.in_vain == each + 1
    (desk,) = deal.admit("tcp://x", 1).desks
    deal.hand_out([desk])
    deal.graded(desk, min(desk.under_way))
    assert deal.in_vain == 0


def test_many_deadly_submissions_at_the_end_are_not_taken_for_bad_workers() -> None:
    """Once the workers have graded something and all new work is out, deaths tell of what is left."""
    world = World(30, 2, 1, {str(each): "station" for each in range(1, 30)})
    world.grade(0)
    world.hand_out()
    world.grade(0)
    most = 0
    while not world.deal.done:
        world.hand_out()
        world.grade(0)
        most = max(most, world.deal.in_vain)
    world.check()
    assert most <= 12 and len(world.kept) == 1
