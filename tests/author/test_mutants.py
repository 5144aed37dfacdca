"""Mutants: which changes are made, that each is one change, and that survivors are told or explained."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from grader.author import hunt
from grader.author.hunt import Quarry, apart_of
from grader.author.mutants import Mutant, mutants_of
from grader.author.survivors import mutants, reasons_of
from grader.course import Course
from grader.documents import DocumentError
from grader.run.session import RunFault, Runner
from tests.author.copies import ROOT, copy_of_course

SOLUTIONS = sorted((ROOT / "course").glob("*/solution.py"))
SMALL = '''"""A text that stays."""

LIMIT = 3


def price(count: int) -> float:
    """Another one."""
    return count * 2.5


if LIMIT > 2:
    print(f"price: {price(LIMIT):.6f}", end="", flush=True)
'''


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.parent.name)
def test_hundreds_of_different_programs_are_made(path: Path) -> None:
    """Every mutant is a program of its own, other than the solution, with a name of its own."""
    source = path.read_text(encoding="utf-8")
    made = mutants_of(source)
    assert len(made) >= 100
    sources = {mutant.source for mutant in made}
    assert len(sources) == len(made) == len({mutant.name for mutant in made})
    assert ast.unparse(ast.parse(source)) + "\n" not in sources
    for mutant in made:
        compile(mutant.source, mutant.name, "exec")
        assert mutant.diff


@pytest.mark.parametrize(
    "line",
    [
        "LIMIT = 4",
        "LIMIT = 0",
        "return count / 2.5",
        "return count",
        "return",
        "if LIMIT >= 2:",
        "if not LIMIT > 2:",
        "if False:",
        "print(f'price: {price(LIMIT):.6f}', end='')",
        "print(f'price: {price(LIMIT):.6f}', flush=True)",
        "print(f'price: {price(LIMIT):.2f}', end='', flush=True)",
        "print(f'price: {price(LIMIT)}', end='', flush=True)",
        "print(f'{price(LIMIT):.6f}', end='', flush=True)",
        "print(f'price: {price():.6f}', end='', flush=True)",
    ],
)
def test_the_changes_of_a_slip_of_the_hand_are_made(line: str) -> None:
    """Constants, operators, arguments, conditions, formats: each changed line is in some mutant."""
    lines = {each.strip().replace('"', "'") for mutant in mutants_of(SMALL) for each in mutant.source.splitlines()}
    assert line in lines


def test_texts_and_types_are_left_alone() -> None:
    """A docstring or an annotation changes nothing that a program does."""
    for mutant in mutants_of(SMALL):
        assert "A text that stays." in mutant.source
        assert "def price(" not in mutant.source or "count: int" in mutant.source


def test_names_stay_the_same() -> None:
    """Twice the same program gives the same names: accepted mutants are listed by them."""
    assert [m.name for m in mutants_of(SMALL)] == [m.name for m in mutants_of(SMALL)]


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.parent.name)
def test_every_equivalent_listed_is_a_mutant_that_is_made(path: Path) -> None:
    """No entry outlives its solution, and each has a reason."""
    reasons = reasons_of(path.parent / "equivalents.yaml")
    names = {mutant.name for mutant in mutants_of(path.read_text(encoding="utf-8"))}
    assert reasons and set(reasons) <= names


def test_an_equivalent_needs_a_reason(tmp_path: Path) -> None:
    """A list without reasons is told with its line."""
    path = tmp_path / "equivalents.yaml"
    path.write_text("equivalents:\n  - reason: ''\n    mutants: [x]\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="reason"):
        reasons_of(path)


def test_survivors_are_told_with_their_change_and_stale_entries_too(tmp_path: Path) -> None:
    """A small solution: what nothing notices is listed, what is explained is not, what explains nothing is told."""
    folder = copy_of_course(tmp_path) / "course"
    (folder / "exercise1" / "solution.py").write_text(
        "import anthropic\n"
        "r = anthropic.Anthropic().messages.create(\n"
        "    model='claude-haiku-4-5', max_tokens=300,\n"
        "    messages=[{'role': 'user', 'content': 'Which river is long?'}])\n"
        "u = r.usage\n"
        "call_cost = lambda i, o: (i + 5 * o) / 1000000\n"
        "runs_per_dollar = lambda cost: 1 / cost\n"
        "c = call_cost(u.input_tokens, u.output_tokens)\n"
        "print('input tokens', u.input_tokens, 'output tokens', u.output_tokens)\n"
        "print('cost', c, 'runs per dollar', 1 / c)\n",
        encoding="utf-8",
    )
    (folder / "exercise1" / "equivalents.yaml").write_text(
        "equivalents:\n  - reason: A longer answer is an answer, too.\n"
        "    mutants: ['module: 300 → 301', 'module: 5 → 6', 'module: gone → (nothing)']\n",
        encoding="utf-8",
    )
    found = mutants(Course(folder), ["exercise1"], 4711, lambda done, total: None)
    told = "\n".join(f"{finding.where} {finding.said}" for finding in found.findings)
    assert "module: 300 → 3000" in told and "module: 300 → 301" not in told
    assert "'module: 5 → 6' is noticed now" in told
    assert "no mutant is called 'module: gone → (nothing)'" in told
    assert "input_tokens → u.output_tokens" not in told


# ---------------------------------------------------------------- the hunt


@pytest.mark.parametrize(
    "source, apart",
    [
        ("def f(): pass\ndef main(): f()\nif __name__ == '__main__':\n    main()\n", {"main"}),
        ("def f(): main()\ndef main(): f()\n", set()),
        ("def main(): pass\nmain()\n", set()),
        ("def main(limit=3): pass\n", set()),
        ("import functools\n@functools.cache\ndef main(): pass\n", set()),
        ("class A:\n    def main(self): pass\ndef main(): pass\n", set()),
        ("def main():\n    def inner(): pass\nx = 1\n", {"main"}),
    ],
)
def test_what_importing_a_program_does_not_reach_is_known(source: str, apart: set[str]) -> None:
    """Such a function may change without a new run of the functions; where that is not certain, there is one."""
    assert apart_of(source, ["f"]) == apart


def hunted(name: str, *sources: str) -> list[hunt.Hunted]:
    """Hunt changed programs of an exercise of the shipped course."""
    solution = (ROOT / "course" / name / "solution.py").read_text(encoding="utf-8")
    mutants = tuple(Mutant(f"{number}", "module", source, "") for number, source in enumerate(sources))
    return hunt.hunt(Course(ROOT / "course"), [Quarry(name, solution, mutants)], 4711)[name]


def test_a_mutant_is_noticed_in_the_first_scenario_that_can() -> None:
    """Most are noticed at once; what shows in one scenario only is noticed there; a solution survives all of them."""
    solution = (ROOT / "course" / "exercise2" / "solution.py").read_text(encoding="utf-8")
    assert "> CONTEXT_WINDOW" in solution
    found = hunted(
        "exercise2",
        solution,
        "import no_such_module\n",
        solution.replace("> CONTEXT_WINDOW", "> 10**9 * CONTEXT_WINDOW"),
    )
    assert [each.noticed_in for each in found] == ["", "recorded", "too_long"]
    assert [each.survived for each in found] == [True, False, False]


def test_a_mutant_that_the_grader_fails_at_is_not_called_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours says nothing about a check: it is told as what it is."""

    async def fails(self: Runner, *arguments: object) -> None:
        raise RunFault("The replay server stopped.")

    course = Course(ROOT / "course")
    monkeypatch.setattr(hunt._Bench, "noticed_in", fails)
    monkeypatch.setattr("grader.author.survivors.mutants_of", lambda source: [Mutant("a change", "main", source, "")])
    found = mutants(course, ["exercise3"], 4711, lambda done, total: None)
    assert any("could not be judged: The replay server stopped." in finding.said for finding in found.findings)
