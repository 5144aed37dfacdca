"""The report in a terminal: the verdict, the one next step in full, the rest a line each. Text, never markup."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from grader.render.again import Again
from grader.render.states import STATES, next_step, points
from grader.render.visible import visible
from grader.report import CheckReport, ExerciseReport, Report

_NEARLY = 0.9  # of the words of two hints
_SIDE_BY_SIDE = 60  # letters that two observations may have to stand on one line

Places = Mapping[tuple[str, str], int]  # the line at which to look, by exercise and check


def report_view(
    report: Report, *, hint_level: int = 0, again: Again | None = None, places: Places | None = None
) -> RenderableType:
    """Lay a whole report out; `again` is how the grader is called here."""
    parts: list[RenderableType] = []
    for exercise in report.exercises:
        view = _exercise_parts(exercise, hint_level, again or Again(), places or {})
        parts += [Group(*view), Text()]
    if len(report.exercises) > 1:
        parts.append(_line(f"{points(report.score)} of {points(report.max_score)} points in all", style="bold"))
    if not all(exercise.absent for exercise in report.exercises):
        parts.append(Text(f"seed {report.seed}: --seed {report.seed} repeats this run", style="dim"))
    return Group(*parts)


def _exercise_parts(
    exercise: ExerciseReport, hint_level: int, again: Again, places: Places
) -> Iterator[RenderableType]:
    """Lay one exercise out: verdict, next step, then a line a check."""
    head = Text()
    head.append(exercise.name, style="bold")
    head.append(f"  {exercise.title}  ")
    if exercise.outcome == "error":
        head.append("! not graded", style="bold magenta")
        yield head
        yield Padding(
            Text(f"The grader failed, not your program: {visible(exercise.fault or '')} Nothing was judged."),
            (0, 2),
        )
        return
    style = "bold green" if exercise.passed else "bold"
    head.append(f"{points(exercise.score)}/{points(exercise.max_score)}", style=style)
    if exercise.bonus:
        head.append(f" +{points(exercise.bonus)} bonus", style="green")
    yield head
    if exercise.outcome == "missing":
        yield Padding(Text(visible(exercise.fault or "The file is missing.")), (0, 2))
        return
    step = next_step(exercise)
    if step is not None:
        yield Padding(_step_view(exercise, step, hint_level, places), (1, 2))
    width = max((len(check.name) for check in exercise.checks), default=0)
    told = [step] if step is not None and step.hints else []
    for check in exercise.checks:
        yield _check_line(check, width)
        if hint_level and check.outcome == "failed" and check is not step and check.hints:
            same = next((each.name for each in told if _says_the_same(each, check, hint_level)), "")
            yield Padding(*((_hint_of(same), (0, 4)) if same else (_hint(check, hint_level), (0, 4, 1, 4))))
            told.append(check)
    for notice in exercise.notices:
        where = f" (line {notice.line})" if notice.line else ""
        yield Text(f"  i note  {visible(notice.message, lines=False)}{where}", style="cyan")
    if step is not None and hint_level < 2 and step.hints:
        yield _command("  More help: ", f"{again.called(exercise.name)} {'--hint ' * (hint_level + 1)}".rstrip())


def _step_view(exercise: ExerciseReport, check: CheckReport, hint_level: int, places: Places) -> RenderableType:
    parts: list[RenderableType] = [Text(f"Not yet: {check.title}", style="bold")]
    if check.message:
        parts.append(Text(visible(check.message)))
    if (line := places.get((exercise.name, check.name))) is not None:
        parts.append(Text(f"Look at line {line} of {exercise.name}.py.", style="cyan"))
    if check.expected or check.observed:
        parts.append(_pair("expected", check.expected))
        parts.append(_pair("observed", check.observed))
    if check.hints:
        parts.append(_hint(check, hint_level))
    return Group(*parts)


def _pair(word: str, value: str) -> Text:
    return Text(f"{word:>10}  ", style="dim").append(visible(value or "nothing", 600, lines=False), style="not dim")


def _hint(check: CheckReport, level: int) -> RenderableType:
    shown = check.hints[: level + 1][-1]
    return Group(
        Text(f"Hint {min(level + 1, len(check.hints))} of {len(check.hints)}", style="italic"),
        Text(visible(shown)),
    )


def _hint_of(other: str) -> RenderableType:
    return Text(f"The same hint as for {other}, above.", style="dim")


def _says_the_same(one: CheckReport, other: CheckReport, level: int) -> bool:
    """Whether the hints on one mistake in two checks say the same but for a few words, such as the number of a line."""
    if one.misconception is None or one.misconception != other.misconception:
        return False
    a, b = (each.hints[: level + 1][-1].split() for each in (one, other))
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= _NEARLY


def _check_line(check: CheckReport, width: int) -> Text:
    state = STATES[check.outcome]
    line = Text("  ")
    line.append(f"{state.sign} {state.short}", style=state.colour)
    line.append(f"  {check.name:<{width}}  ")
    line.append(f"{points(check.score)}/{points(check.max_score)}{' bonus' if check.bonus else ''}  ")
    if check.outcome == "skipped":
        line.append(f"waits for {check.because}" if check.because else visible(check.message, lines=False), style="dim")
    elif check.outcome != "passed":
        line.append(visible(check.misconception or "", lines=False), style="dim")
    return line


def _command(before: str, command: str) -> Text:
    """Write a command to copy: however long, on one line."""
    return Text(f"{before}{command}", style="dim", no_wrap=True, overflow="ignore")


def _line(text: str, style: str = "") -> Text:
    return Text(text, style=style)


def changes_view(before: Report, after: Report) -> RenderableType:
    """Say what has changed between two runs, check by check."""
    parts: list[RenderableType] = [Text("Since the last run", style="bold")]
    earlier = {(e.name, c.name): c for e in before.exercises for c in e.checks}
    for exercise in after.exercises:
        for check in exercise.checks:
            was = earlier.get((exercise.name, check.name))
            if was is None or was.outcome != check.outcome:
                parts.append(_change(exercise, was, check))
            elif check.outcome == "failed" and (was.message, was.observed) != (check.message, check.observed):
                parts += _still_failing(exercise, was, check)
    if len(parts) == 1:
        parts.append(Text("  nothing has changed", style="dim"))
    if before.score != after.score:
        parts.append(Text(f"  {points(before.score)} → {points(after.score)} of {points(after.max_score)} points"))
    return Group(*parts)


def _still_failing(exercise: ExerciseReport, was: CheckReport, check: CheckReport) -> Iterator[Text]:
    """Say what was observed before and now: on the line where that is short, else whole, on lines of its own."""
    head = f"  ✗ {exercise.name} {check.name}: still fails"
    before, now = (visible(each.observed or "nothing", lines=False) for each in (was, check))
    if before == now:
        yield Text(f"{head}, in another way")
    elif len(before) + len(now) <= _SIDE_BY_SIDE:
        yield Text(f"{head}, {before} before, {now} now")
    else:
        yield Text(head)
        yield _pair("before", was.observed)
        yield _pair("now", check.observed)


def _change(exercise: ExerciseReport, was: CheckReport | None, check: CheckReport) -> Text:
    state = STATES[check.outcome]
    line = Text("  ").append(f"{state.sign} {exercise.name} {check.name}", style=state.colour)
    return line.append(f": {STATES[was.outcome].word if was else 'not judged'} before, {state.word} now")


def overview(report: Report, folder: str, again: Again) -> RenderableType:
    """List the exercises, how far each is, and the next step; `folder` is the submission's, as it is named here."""
    parts: list[RenderableType] = [Text(f"{report.course}\n", style="bold")]
    following: ExerciseReport | None = None
    for exercise in report.exercises:
        done = "done" if exercise.passed else f"{points(exercise.score)}/{points(exercise.max_score)}"
        sign = "✓" if exercise.passed else "○"
        line = Text(f"  {sign} {exercise.name}  {exercise.title:<42} {done}")
        if exercise.outcome != "graded":
            line = Text(f"  ! {exercise.name}  {visible(exercise.fault or '', lines=False)}")
        parts.append(line)
        if following is None and not exercise.passed:
            following = exercise
    if following is None:
        parts.append(Text("\nEverything passes."))
    else:
        file = f"{following.name}.py"
        step = f"put {file} into {folder}" if following.outcome == "missing" else f"open {folder}/{file}"
        parts.append(Text(f"\nNext: {step}, then run", overflow="ignore"))
        parts.append(_command("  ", again.called(following.name)))
    return Group(*parts)
