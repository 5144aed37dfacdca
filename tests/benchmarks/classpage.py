"""What the class page costs in Chromium: the first table, and every way to sort and to filter it.

`python -m tests.benchmarks.classpage [SUBMISSIONS]` draws a class (default 5,000), opens its page and prints how long
it took until the table stood there, and of each action how long the page took until the next picture could be drawn.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from grader.bulk.classpage import ClassData, render_class_page
from tests.bulk.classes import COURSE, class_of

Action = tuple[str, str, int, str]  # what is done, to what, which of several, with which value

ACT = """async ([kind, target, nth, value]) => {
  const element = document.querySelectorAll(target)[nth];
  const began = performance.now();
  if (kind === "click") element.click();
  else { element.value = value; element.dispatchEvent(new Event(kind, { bubbles: true })); }
  document.body.getBoundingClientRect();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  return performance.now() - began;
}"""
LOADED = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"


def actions(page: Page) -> list[Action]:
    """Sort by each column in both directions, search, choose each filter, hide and show names, turn the page."""
    columns = page.locator("#rows thead button").count()
    found: list[Action] = [("click", "#rows thead button", at, "") for at in range(columns) for _ in range(2)]
    found += [("input", "#q", 0, text) for text in ("s", "student1", "student12", "student1234", "")]
    for value in page.evaluate("() => [...document.querySelectorAll('#which option')].map((each) => each.value)"):
        if value:
            found += [("change", "#which", 0, value), ("click", "#clear", 0, "")]
    return [*found, ("click", "#anonymous", 0, ""), ("click", "#anonymous", 0, ""), ("click", "#pages button", 1, "")]


def main() -> None:
    """Draw, open, act, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("submissions", type=int, nargs="?", default=5000)
    number = parser.parse_args().submissions
    data = ClassData(COURSE, seed=1)
    for row, report in class_of(number):
        data.add(row, report)
    text = render_class_page(data)
    with tempfile.TemporaryDirectory(prefix="grade-page-") as folder, sync_playwright() as driver:
        path = Path(folder) / "index.html"
        path.write_text(text, encoding="utf-8")
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        loads = []
        for _ in range(3):
            page.goto(path.as_uri())
            loads.append(page.evaluate(LOADED))
        took: list[tuple[float, Any]] = sorted((page.evaluate(ACT, list(act)), act) for act in actions(page))
        browser.close()
    print(f"{number} submissions, {len(text) >> 10} KB, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"first table after {', '.join(f'{ms:.0f}' for ms in loads)} ms")
    over = sum(ms > 100 for ms, _ in took)
    print(f"{len(took)} actions: half within {took[len(took) // 2][0]:.0f} ms, {over} over 100 ms; the slowest:")
    for ms, act in took[-3:]:
        print(f"  {ms:.0f} ms  {' '.join(map(str, act))}")


if __name__ == "__main__":
    main()
