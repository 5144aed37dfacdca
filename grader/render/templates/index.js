"use strict";
// Everything here is counted from the rows. A figure and the filter behind it are one thing: `facets` gives, for the
// name of a facet, the rows that it stands for. Text reaches the page through textContent alone.
(() => {
  const all = JSON.parse(document.getElementById("class").textContent);
  const { rows, checks, exercises, mistakes, clusters } = all;
  const PAGE = 200;
  const byId = (id) => document.getElementById(id);
  const collator = new Intl.Collator(undefined, { numeric: true });
  const points = (value) => String(Math.round(value * 100) / 100);
  const plural = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

  function make(tag, given = {}, ...inside) {
    const element = tag === "svg" || tag === "rect" ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(given)) {
      if (name === "onclick") element.addEventListener("click", value);
      else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...inside.filter((each) => each !== null && each !== undefined));
    return element;
  }

  // ---- facets: which rows a figure stands for

  const checkId = (at) => `${checks[at].exercise}.${checks[at].name}`;
  const checkAt = new Map(checks.map((_, at) => [checkId(at), at]));
  const mistakeAt = new Map(mistakes.map((each, at) => [each.id, at]));
  const isFaulty = (row) => Object.values(row.o).includes("error");
  const full = (row) => !isFaulty(row) && row.p >= all.max;

  function facet(name) {
    const [kind, ...rest] = name.split(":");
    const value = rest.join(":");
    const at = checkAt.get(value);
    switch (kind) {
      case "error": return { label: "the grader failed", test: isFaulty };
      case "differs": return { label: "differ when run twice", test: (row) => row.d !== undefined };
      case "late": return { label: "late", test: (row) => row.late === 1 };
      case "full": return { label: "all points", test: full };
      case "mistake": {
        const wanted = mistakeAt.get(value);
        return wanted === undefined ? null : { label: `mistake: ${mistakes[wanted].title}`, test: (row) => row.m.some((pair) => pair[1] === wanted) };
      }
      case "unexplained":
        if (value === "") return { label: "unexplained failures", test: (row) => row.m.some((pair) => pair[1] === -1) };
        return at === undefined ? null : { label: `unexplained: ${value}`, test: (row) => row.m.some((pair) => pair[0] === at && pair[1] === -1) };
      case "missing": return { label: `${value} is missing`, test: (row) => row.o[value] === "missing" };
      case "score": {
        const [low, high] = value.split("-").map(Number);
        return { label: `${points(low)} to ${points(high)} points`, test: (row) => !isFaulty(row) && row.p >= low && (row.p < high || (high >= all.max && row.p <= high)) };
      }
      case "passed": case "failed": case "skipped":
        return at === undefined ? null : { label: `${kind}: ${value}`, test: (row) => row.c[at] === kind[0] };
      case "reached":
        return at === undefined ? null : { label: `reached: ${value}`, test: (row) => row.c[at] === "p" || row.c[at] === "f" };
      default: return null;
    }
  }

  // ---- the state, and the address that holds it

  const state = { q: "", which: [], sort: "name", down: false, page: 0, anonymous: false };

  function readAddress() {
    const given = new URLSearchParams(location.hash.slice(1));
    state.q = given.get("q") || "";
    state.which = given.getAll("which").filter((name) => facet(name) !== null);
    state.sort = given.get("sort") || "name";
    state.down = given.get("down") === "1";
    state.page = Math.max(0, (parseInt(given.get("page") || "1", 10) || 1) - 1);
    state.anonymous = given.get("names") === "hidden";
  }

  function address(change = {}) {
    const now = { ...state, ...change };
    const said = new URLSearchParams();
    if (now.q) said.set("q", now.q);
    for (const name of now.which) said.append("which", name);
    if (now.sort !== "name") said.set("sort", now.sort);
    if (now.down) said.set("down", "1");
    if (now.page) said.set("page", now.page + 1);
    if (now.anonymous) said.set("names", "hidden");
    return `#${said}`;
  }

  function go(change, replace = false) {
    Object.assign(state, { page: 0 }, change);
    const target = address();
    if (replace) history.replaceState(null, "", target);
    else if (target !== location.hash) history.pushState(null, "", target);
    show();
  }

  // A figure that leads to the rows behind it.
  function figure(text, name, said) {
    return make("button", { type: "button", class: "link", "aria-label": said ? `${text} ${said}: show them` : null, onclick: () => {
      go({ which: [name], q: "" });
      byId("table").scrollIntoView();
      byId("table").focus({ preventScroll: true });
    } }, text);
  }

  // ---- the parts above the table

  const shownName = (row) => state.anonymous ? `Submission ${row.a}` : row.s;
  const rowNamed = new Map(rows.map((row) => [row.n, row]));

  function person(row) {
    return state.anonymous ? make("span", {}, shownName(row)) : make("a", { href: row.h }, shownName(row));
  }

  const countOf = (name) => { const { test } = facet(name); let count = 0; for (const row of rows) if (test(row)) count += 1; return count; };

  function examples(like) {
    return make("ul", {}, ...like.map((each) => make("li", {}, person(rowNamed.get(each.n)), ` · ${each.check}: ${each.text}`)));
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
        make("ul", {}, ...faulty.slice(0, 3).map((row) => make("li", {}, person(row), ` · ${(row.f || [""])[0]}`)))));
    }
    const twice = rows.filter((row) => row.d !== undefined);
    if (twice.length) {
      found.push(make("div", { class: "cluster alarm" },
        make("h3", {}, figure(plural(twice.length, "submission"), "differs"), " came out differently when run twice"),
        make("ul", {}, ...twice.slice(0, 3).map((row) => make("li", {}, person(row), ` · ${row.d.join("; ")}`)))));
    }
    const unexplained = clusters.filter((each) => each.mistake === -1)
      .map((each) => ({ ...each, count: countOf(`unexplained:${checkId(each.check)}`) }))
      .sort((one, other) => other.count - one.count);
    for (const each of unexplained) {
      found.push(make("div", { class: "cluster wonder" },
        make("h3", {}, "Unexplained: ", figure(plural(each.count, "failure"), `unexplained:${checkId(each.check)}`), ` of ${checkId(each.check)}, ${checks[each.check].title}`),
        examples(each.like)));
    }
    byId("attention").hidden = !found.length;
    byId("attention").lastElementChild.replaceChildren(...found);
  }

  function bar(share, label) {
    const drawn = make("svg", { width: 160, height: 14, role: "img", "aria-label": label });
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
      make("h3", {}, `${mistakes[each.mistake].title}: `, figure(plural(each.count, "submission"), `mistake:${mistakes[each.mistake].id}`)),
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

  // ---- the table

  const columns = [
    { id: "name", label: "Submission", of: shownName, text: true },
    { id: "points", label: "Points", of: (row) => (isFaulty(row) ? -1 : row.p) },
    ...exercises.map((each) => ({ id: each.name, label: each.name, of: (row) => row.e[each.name] ?? -1, exercise: each })),
    { id: "bonus", label: "Bonus", of: (row) => row.b },
    { id: "mistakes", label: "Mistakes", of: (row) => row.m.length },
    { id: "notes", label: "Notes", of: notes, text: true },
  ];

  function notes(row) {
    const said = Object.entries(row.o).map(([name, outcome]) => `${name}: ${outcome}`);
    if (row.late) said.unshift("late");
    if (row.d) said.push("differs when run twice");
    return said.join(", ");
  }

  const keys = new Map();  // the sorted order of all rows, by column: sorting again is reading it backwards

  function inOrder() {
    const column = columns.find((each) => each.id === state.sort) || columns[0];
    const key = `${column.id}${column.id === "name" && state.anonymous ? "*" : ""}`;
    if (!keys.has(key)) {
      const values = new Map(rows.map((row) => [row, column.of(row)]));
      const compare = key === "name*" ? (one, other) => one.a - other.a
        : column.text ? (one, other) => collator.compare(values.get(one), values.get(other)) : (one, other) => values.get(one) - values.get(other);
      keys.set(key, [...rows].sort(compare));
    }
    return state.down ? [...keys.get(key)].reverse() : keys.get(key);
  }

  const searched = new Map(rows.map((row) => [row, `${row.s}\n${row.n}`.toLowerCase()]));

  function chosen() {
    const tests = state.which.map((name) => facet(name).test);
    const text = state.q.trim().toLowerCase();
    return inOrder().filter((row) => tests.every((test) => test(row))
      && (!text || (state.anonymous ? shownName(row).toLowerCase() : searched.get(row)).includes(text)));
  }

  function cell(row, column) {
    if (column.id === "name") return make("th", { scope: "row" }, person(row));
    if (column.id === "notes") return make("td", { class: row.d || isFaulty(row) ? "warned" : "" }, notes(row));
    if (column.id === "mistakes") {
      const named = [...new Set(row.m.map((pair) => (pair[1] < 0 ? "unexplained" : mistakes[pair[1]].id)))];
      return make("td", {}, named.join(", "));
    }
    const value = column.of(row);
    const most = column.exercise ? column.exercise.max : all.max;
    const mark = column.id === "bonus" ? "" : value >= most ? "passed" : "";
    return make("td", { class: `number ${mark}` }, value < 0 ? "–" : points(value));
  }

  const head = make("tr", {}, ...columns.map((column) => make("th", { scope: "col", class: column.text || column.id === "mistakes" ? null : "number", "data-column": column.id },
    make("button", { type: "button", onclick: () => go({ sort: column.id, down: state.sort === column.id ? !state.down : !column.text }) }, column.label))));
  const body = make("tbody");
  byId("rows").append(make("table", {}, make("thead", {}, head), body));

  function show() {
    const found = chosen();
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    state.page = Math.min(state.page, pages - 1);
    const from = state.page * PAGE;
    body.replaceChildren(...found.slice(from, from + PAGE).map((row) => make("tr", {}, ...columns.map((column) => cell(row, column)))));
    for (const each of head.children) {
      if (each.dataset.column === state.sort) each.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else each.removeAttribute("aria-sort");
    }
    byId("count").textContent = `${plural(found.length, "submission")}${found.length === rows.length ? "" : ` of ${rows.length.toLocaleString("en")}`}`
      + (pages > 1 ? `, shown from ${(from + 1).toLocaleString("en")} to ${Math.min(from + PAGE, found.length).toLocaleString("en")}` : "");
    byId("pages").replaceChildren(...(pages > 1 ? [
      make("button", { type: "button", disabled: state.page === 0, onclick: () => go({ page: state.page - 1 }) }, "Previous page"),
      make("span", {}, `Page ${state.page + 1} of ${pages}`),
      make("button", { type: "button", disabled: state.page === pages - 1, onclick: () => go({ page: state.page + 1 }) }, "Next page"),
    ] : []));
    byId("chips").replaceChildren(...state.which.map((name) => make("button", { type: "button", "aria-label": `Remove the filter ${facet(name).label}`,
      onclick: () => go({ which: state.which.filter((each) => each !== name) }) }, `${facet(name).label} ×`)));
    if (byId("q").value !== state.q) byId("q").value = state.q;
    byId("anonymous").checked = state.anonymous;
    byId("which").value = "";
    if (shownAs !== state.anonymous) { shownAs = state.anonymous; summary(); attention(); mistakeParts(); }
  }
  let shownAs = null;

  function choices() {
    const option = (value, text) => make("option", { value }, text);
    const group = (label, ...options) => make("optgroup", { label }, ...options);
    byId("which").append(option("", "add a filter …"),
      group("Submissions", option("error", "the grader failed"), option("unexplained", "unexplained failures"), option("differs", "differ when run twice"),
        option("late", "late"), option("full", "all points"), ...exercises.map((each) => option(`missing:${each.name}`, `${each.name} is missing`))),
      group("Mistakes", ...mistakes.map((each) => option(`mistake:${each.id}`, each.title))),
      group("Failed", ...checks.map((_, at) => option(`failed:${checkId(at)}`, checkId(at)))),
      group("Passed", ...checks.map((_, at) => option(`passed:${checkId(at)}`, checkId(at)))));
  }

  // ---- CSV of what is shown; a cell that a spreadsheet would run is made harmless

  function download() {
    const safe = (value) => { const text = String(value); const calm = /^[=+\-@\t\r\n|%]/.test(text) ? `'${text}` : text; return `"${calm.replaceAll('"', '""')}"`; };
    const line = (row) => [state.anonymous ? shownName(row) : row.n, state.anonymous ? "" : row.s, isFaulty(row) ? "" : row.p, row.b,
      ...exercises.map((each) => row.e[each.name] ?? ""), [...new Set(row.m.map((pair) => (pair[1] < 0 ? "unexplained" : mistakes[pair[1]].id)))].join(" "), notes(row)];
    const lines = [["submission", "student", "score", "bonus", ...exercises.map((each) => each.name), "mistakes", "notes"], ...chosen().map(line)];
    const link = make("a", { href: URL.createObjectURL(new Blob([lines.map((each) => each.map(safe).join(",")).join("\r\n") + "\r\n"], { type: "text/csv" })), download: "class.csv" });
    document.body.append(link);
    link.click();
    link.remove();
    URL.revokeObjectURL(link.href);
  }

  // ---- keys and controls

  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("q").addEventListener("input", () => go({ q: byId("q").value }, true));
  byId("which").addEventListener("change", () => { if (byId("which").value) go({ which: [...new Set([...state.which, byId("which").value])] }); });
  byId("anonymous").addEventListener("change", () => go({ anonymous: byId("anonymous").checked, q: "" }));
  byId("clear").addEventListener("click", () => go({ q: "", which: [], sort: "name", down: false }));
  byId("csv").addEventListener("click", download);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing) { event.preventDefault(); byId("q").focus(); }
    if (event.key === "Escape" && event.target === byId("q")) go({ q: "" });
    const row = event.target.closest && event.target.closest("#rows tbody tr");
    const down = event.key === "ArrowDown"; const up = event.key === "ArrowUp";
    if ((down || up) && (row || (down && event.target === byId("q")))) {
      const next = row ? (down ? row.nextElementSibling : row.previousElementSibling) : body.firstElementChild;
      const link = next && next.querySelector("a");
      if (link) { event.preventDefault(); link.focus(); }
    }
  });
  window.addEventListener("popstate", () => { readAddress(); show(); });
  window.addEventListener("hashchange", () => { readAddress(); show(); });

  readAddress();
  choices();
  distribution();
  checkParts();
  show();
})();
