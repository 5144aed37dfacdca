// The parts above the table: what to look at first, points, mistakes, checks.

const shownName = (row) => state.anonymous ? `Submission ${row.a}` : row.s;
const rowNamed = new Map(rows.map((row) => [row.n, row]));

function person(row) {
  return state.anonymous ? make("span", {}, shownName(row)) : make("a", { href: row.h }, shownName(row));
}

const counts = new Map();  // the rows never change

function countOf(name) {
  if (!counts.has(name)) {
    const { test } = facet(name);
    counts.set(name, rows.reduce((count, row) => count + (test(row) ? 1 : 0), 0));
  }
  return counts.get(name);
}

// Reasons name files, and files are named after people.
const unreadOf = (row) => state.anonymous ? row.w.join(", ") : row.u.join(" ");
const NAMED = 40;  // of those that could not be taken in; a longer list would hide the rest of the page

function examples(like) {
  return make("ul", {}, ...like.map((each) => make("li", {}, person(rowNamed.get(each.n)), ` · ${each.check}: `, ...worded(each.text))));
}

function summary() {
  const graded = rows.filter((row) => !isFaulty(row));
  const sum = graded.reduce((total, row) => total + row.p, 0);
  const sorted = graded.map((row) => row.p).sort((one, other) => one - other);
  const middle = sorted.length ? (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2 : 0;
  byId("summary").replaceChildren(
    graded.length ? `Mean ${points(sum / graded.length)} and median ${points(middle)} of ${points(all.max)} points; ` : "Nothing is graded yet; ",
    figure(String(countOf("full")), "full", "submissions have all points"), " have all points.");
}

function attention() {
  const found = [];
  const faulty = rows.filter(isFaulty);
  if (faulty.length) {
    found.push(make("div", { class: "cluster alarm" },
      make("h3", {}, "The grader failed at ", figure(plural(faulty.length, "submission"), "error"), ": no mark was given"),
      make("ul", {}, ...faulty.slice(0, 3).map((row) => make("li", {}, person(row), " · ", ...worded((row.f || [""])[0]))))));
  }
  const unread = rows.filter((row) => row.u !== undefined);
  if (unread.length) {
    found.push(make("div", { class: "cluster alarm" },
      make("h3", {}, figure(plural(unread.length, "submission"), "unread"), " could not be taken in, whole or in part: what was not counts 0 points"),
      make("ul", {}, ...unread.slice(0, NAMED).map((row) => make("li", {}, person(row), " · ", ...worded(unreadOf(row))))),
      unread.length > NAMED ? make("p", {}, `${plural(unread.length - NAMED, "submission")} more: the number above shows all of them.`) : null));
  }
  const twice = rows.filter((row) => row.d !== undefined);
  if (twice.length) {
    found.push(make("div", { class: "cluster alarm" },
      make("h3", {}, figure(plural(twice.length, "submission"), "differs"), " came out differently when run twice"),
      make("ul", {}, ...twice.slice(0, 3).map((row) => make("li", {}, person(row), " · ", ...worded(row.d.join("; ")))))));
  }
  const unexplained = clusters.filter((each) => each.mistake === -1)
    .map((each) => ({ ...each, count: countOf(`unexplained:${checkId(each.check)}`) }))
    .sort((one, other) => other.count - one.count);
  for (const each of unexplained) {
    found.push(make("div", { class: "cluster wonder" },
      make("h3", {}, "Unexplained: ", figure(plural(each.count, "failure"), `unexplained:${checkId(each.check)}`), ` of ${checkId(each.check)}, `, ...worded(checks[each.check].title)),
      examples(each.like)));
  }
  byId("attention").hidden = !found.length;
  byId("attention").lastElementChild.replaceChildren(...found);
}

function bar(share, label) {
  const drawn = make("svg", { viewBox: "0 0 160 14", preserveAspectRatio: "none", width: 160, height: 14, role: "img", "aria-label": label });
  drawn.append(make("rect", { class: "rest", width: 160, height: 14, rx: 2 }), make("rect", { class: "bar", width: Math.round(160 * share), height: 14, rx: 2 }));
  return drawn;
}

function distribution() {
  const steps = Math.min(10, Math.max(1, Math.ceil(all.max)));
  const width = all.max / steps;
  const bins = Array.from({ length: steps }, (_, at) => {
    const name = `score:${points(at * width)}-${points(at === steps - 1 ? all.max : (at + 1) * width)}`;
    return { name, label: `${points(at * width)} to ${at === steps - 1 ? points(all.max) : `under ${points((at + 1) * width)}`}`, count: countOf(name) };
  });
  const most = Math.max(1, ...bins.map((each) => each.count));
  byId("distribution").lastElementChild.replaceChildren(make("table", {},
    make("caption", { class: "quiet" }, "How many submissions have how many points"),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Points"), make("th", { scope: "col", class: "number" }, "Submissions"), make("th", { scope: "col" }, "Share"))),
    make("tbody", {}, ...bins.map((each) => make("tr", {},
      make("th", { scope: "row" }, each.label),
      make("td", { class: "number" }, figure(each.count.toLocaleString("en"), each.name, `submissions with ${each.label} points`)),
      make("td", {}, bar(each.count / most, `${each.count} of ${rows.length}`)))))));
}

function mistakeParts() {
  const found = clusters.filter((each) => each.mistake >= 0)
    .map((each) => ({ ...each, count: countOf(`mistake:${mistakes[each.mistake].id}`) }))
    .sort((one, other) => other.count - one.count || collator.compare(mistakes[one.mistake].id, mistakes[other.mistake].id));
  byId("mistakes").lastElementChild.replaceChildren(...(found.length ? found : []).map((each) => make("div", { class: "cluster" },
    make("h3", {}, ...worded(mistakes[each.mistake].title), ": ", figure(plural(each.count, "submission"), `mistake:${mistakes[each.mistake].id}`)),
    make("p", { class: "quiet" }, mistakes[each.mistake].id), examples(each.like))));
  if (!found.length) byId("mistakes").lastElementChild.append(make("p", {}, "No known mistake was found."));
}

function checkParts() {
  const body = checks.map((check, at) => {
    let passed = 0; let reached = 0;
    for (const row of rows) { const letter = row.c[at]; if (letter === "p") { passed += 1; reached += 1; } else if (letter === "f") reached += 1; }
    const share = reached ? passed / reached : 0;
    const percent = reached ? `${Math.round(100 * share)} %` : "nobody";
    return make("tr", {},
      make("th", { scope: "row" }, `${check.exercise} · ${check.title}${check.bonus ? " (bonus)" : ""}`),
      make("td", { class: "number" }, figure(passed.toLocaleString("en"), `passed:${checkId(at)}`, `passed ${checkId(at)}`)),
      make("td", { class: "number" }, figure((reached - passed).toLocaleString("en"), `failed:${checkId(at)}`, `failed ${checkId(at)}`)),
      make("td", { class: "number" }, figure(reached.toLocaleString("en"), `reached:${checkId(at)}`, `reached ${checkId(at)}`)),
      make("td", { class: "number" }, percent),
      make("td", {}, bar(share, percent)));
  });
  byId("checks").lastElementChild.replaceChildren(make("div", { class: "wide", tabindex: "0", role: "group", "aria-label": "Pass rates by check" }, make("table", {},
    make("thead", {}, make("tr", {}, ...["Check", "Passed", "Failed", "Reached", "Rate", "Share"].map((word, at) => make("th", { scope: "col", class: at > 0 && at < 5 ? "number" : null }, word)))),
    make("tbody", {}, ...body))));
}
