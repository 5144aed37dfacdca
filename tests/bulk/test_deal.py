"""Who grades what next when workers die: nothing is lost, nothing is doubled, and only what kills is set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.bulk.cluster.deal import Deal, Desk
from grader.run.submission import Submission


def work(number: int) -> Iterator[Submission]:
    """Submissions by number."""
    return (Submission(str(each), {}) for each in range(number))


class World:
    """Plays a cluster: stations that grade, and die of what they are given or by bad luck."""

    def __init__(self, submissions: int, stations: int, desks: int, deadly: dict[str, str], at_once: int = 4) -> None:
        self.deal = Deal(work(submissions), at_once)
        self.desks = desks
        self.deadly = deadly
        self.kept: Counter[str] = Counter()
        self.aside: dict[str, str] = {}
        self.deaths: Counter[str] = Counter()
        self.born = 0
        for _ in range(stations):
            self.bear()

    def bear(self) -> None:
        """Let a station come."""
        self.born += 1
        self.deal.admit(f"tcp://{self.born}", self.desks)

    def hand_out(self) -> None:
        """Let every desk ask, and let what is deadly do its deed."""
        self.deal.hand_out([desk for station in self.deal.stations.values() for desk in station.desks])
        for station in tuple(self.deal.stations.values()):
            if any(self.deadly.get(name) == "station" for name in station.under_way):
                self.lose(station.address)
                continue
            for desk in station.desks:
                if any(self.deadly.get(name) == "desk" for name in desk.under_way):
                    self.crash(desk)

    def lose(self, address: str) -> None:
        """Lose a station; another comes in its place."""
        self.deaths.update([*self.deal.stations[address].under_way])
        self.take(self.deal.lost(address))
        self.bear()

    def crash(self, desk: Desk) -> None:
        """Let a desk's process die."""
        self.deaths.update([*desk.under_way])
        self.take(self.deal.crashed(desk))

    def take(self, asides: list[object]) -> None:
        for aside in asides:
            name = aside.submission.name  # type: ignore[attr-defined]
            assert name not in self.aside
            self.aside[name] = aside.reason  # type: ignore[attr-defined]

    def grade(self, which: int) -> None:
        """Let one of the submissions under way be done."""
        desks = [desk for station in self.deal.stations.values() for desk in station.desks if desk.under_way]
        if desks:
            desk = desks[which % len(desks)]
            name = sorted(desk.under_way)[which % len(desk.under_way)]
            assert self.deal.graded(desk, name) is not None
            self.kept[name] += 1

    def play(self) -> None:
        """Go on to the end without more bad luck."""
        for _ in range(10_000):
            if self.deal.done:
                return
            self.hand_out()
            self.grade(0)
        raise AssertionError("The batch does not end.")


@given(
    submissions=st.integers(0, 30),
    stations=st.integers(1, 5),
    desks=st.integers(1, 3),
    deadly=st.dictionaries(st.integers(0, 29).map(str), st.sampled_from(("desk", "station")), max_size=3),
    luck=st.lists(st.tuples(st.sampled_from(("grade", "grade", "lose")), st.integers(0, 99)), max_size=40),
)
def test_whatever_dies_each_submission_is_graded_or_set_aside_once(
    submissions: int, stations: int, desks: int, deadly: dict[str, str], luck: list[tuple[str, int]]
) -> None:
    """Every submission comes out exactly once; what harms nobody and never died alone three times has its grade."""
    world = World(submissions, stations, desks, deadly)
    for what, which in luck:
        world.hand_out()
        if what == "grade":
            world.grade(which)
        else:
            world.lose(sorted(world.deal.stations)[which % len(world.deal.stations)])
    world.play()
    names = {str(each) for each in range(submissions)}
    assert set(world.kept) | set(world.aside) == names
    assert not set(world.kept) & set(world.aside) and all(times == 1 for times in world.kept.values())
    assert set(deadly) & names <= set(world.aside)
    for name in set(world.aside) - set(deadly):
        assert world.deaths[name] >= 3


@given(st.integers(1, 40), st.integers(1, 6), st.integers(1, 4), st.data())
def test_what_kills_its_desk_is_convicted_by_the_second_time_and_costs_no_neighbour_a_mark(
    submissions: int, stations: int, desks: int, data: st.DataObject
) -> None:
    """One deadly submission brings two processes down, and everybody else is graded."""
    deadly = str(data.draw(st.integers(0, submissions - 1)))
    world = World(submissions, stations, desks, {deadly: "desk"})
    world.play()
    assert set(world.aside) == {deadly} and world.deaths[deadly] == 2
    assert "ended twice" in world.aside[deadly]


def test_what_kills_its_station_is_tried_a_last_time_when_nobody_else_can_lose_by_it() -> None:
    """It is put aside after the second time, the rest is graded, and the third time convicts it."""
    world = World(20, 2, 1, {"3": "station"})
    while world.deaths["3"] < 2:
        world.hand_out()
        world.grade(0)
    while sum(world.kept.values()) < 19:
        assert world.deaths["3"] == 2
        world.hand_out()
        world.grade(0)
    world.play()
    assert set(world.aside) == {"3"} and world.deaths["3"] == 3


def test_a_machine_that_stops_twice_over_one_submission_costs_it_no_mark() -> None:
    """Bad luck in company and alone is made good at the end."""
    world = World(6, 2, 1, {})
    world.hand_out()
    unlucky = min(world.deal.stations)
    name = min(world.deal.stations[unlucky].under_way)
    world.lose(unlucky)
    while not any([*station.under_way] == [name] and station.quarantined for station in world.deal.stations.values()):
        world.grade(1)
        world.hand_out()
    world.lose(next(a for a, station in world.deal.stations.items() if [*station.under_way] == [name]))
    world.play()
    assert not world.aside and world.kept[name] == 1 and world.deaths[name] == 2


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
        deal.hand_out(deal.admit(address, 1).desks)
        assert not deal.lost(address)
    assert deal.only_last and not deal.done
    (aside,) = deal.give_up()
    assert deal.done and "lost 2 times" in aside.reason


def test_large_submissions_are_not_heaped_up_at_one_desk() -> None:
    """A desk that has many bytes gets no more until it has given some back."""
    large = (Submission(str(each), {"exercise1.py": bytes(9 << 20)}) for each in range(6))
    deal = Deal(large)
    desks = deal.admit("tcp://a", 2).desks
    assert [[each.name for each in given] for given in deal.hand_out(desks).values()] == [["0", "2"], ["1", "3"]]
    deal.graded(desks[1], "1")
    assert [[each.name for each in given] for given in deal.hand_out(desks).values()] == [["4"]]


@pytest.mark.parametrize("name", ["0", "1"])
def test_deaths_over_work_are_counted_until_something_is_graded(name: str) -> None:
    """Workers that die of anything are known by it; one that leaves with nothing under way harms nobody."""
    deal = Deal(work(2))
    for each in range(3):
        deal.hand_out(deal.admit(f"tcp://{each}", 1).desks)
        deal.lost(f"tcp://{each}")
    assert deal.in_vain > 0
    before = deal.in_vain
    deal.admit("tcp://idle", 1)
    deal.lost("tcp://idle")
    assert deal.in_vain == before
    (desk,) = deal.admit("tcp://x", 1).desks
    while name not in desk.under_way:
        deal.hand_out([desk])
        for other in [other for other in desk.under_way if other != name]:
            deal.graded(desk, other)
    deal.graded(desk, name)
    assert deal.in_vain == 0
