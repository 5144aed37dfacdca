// The table: its columns, the order of the rows, and the hundred rows that are drawn. A row is drawn once and kept.

const PAGE = 100;
const AT_ONCE = 30;
const anyLate = rows.some((row) => row.late !== undefined);
const marked = (row) => (isFaulty(row) ? -1 : row.p);
const final = (row) => (isFaulty(row) ? -1 : row.p + row.b - (row.cost || 0));
const columns = [
  { id: "name", label: "Submission", wide: true, of: (row) => (state.anonymous ? row.a : row.k) },
  { id: "points", label: "Points", of: marked, number: true },
  ...exercises.map((each) => ({ id: each.name, label: each.name, of: (row) => row.e[each.name] ?? -1, most: each.max, number: true })),
  { id: "bonus", label: "Bonus", of: (row) => row.b, number: true },
  ...(anyLate ? [
    { id: "late", label: "Late", of: (row) => (row.late === undefined ? 0 : -1 - row.cost), number: true },
    { id: "final", label: "Final", of: final, number: true },
  ] : []),
  { id: "mistakes", label: "Mistakes", wide: true, of: (row) => row.m.length },
  { id: "notes", label: "Notes", wide: true, of: notes },
];

function notes(row) {
  const unread = row.w || [];
  const said = Object.entries(row.o).filter(([name]) => !unread.includes(name))
    .map(([name, outcome]) => `${name}: ${outcome === "missing" ? "not handed in" : outcome}`);
  if (row.u) said.push(`not taken in: ${unreadOf(row)}`);
  if (row.late !== undefined) said.unshift(row.late);
  if (row.d) said.push("differs when run twice");
  return said.join(", ");
}

const mistakesOf = (row) => [...new Set(row.m.map((pair) => (pair[1] < 0 ? "unexplained" : mistakes[pair[1]].id)))];

// ---- order: each column is sorted once, and read backwards for the other direction

const orders = new Map();

function ranked(column) {
  const values = rows.map(column.of);
  if (typeof values[0] !== "string") return Float64Array.from(values);
  const ranks = new Map([...new Set(values)].sort(collator.compare).map((value, at) => [value, at]));
  return Float64Array.from(values, (value) => ranks.get(value));
}

function inOrder() {
  const column = columns.find((each) => each.id === state.sort) || columns[0];
  const key = `${column.id}${column.id === "name" && state.anonymous ? "*" : ""}`;
  if (!orders.has(key)) {
    const ranks = ranked(column);
    const order = Uint32Array.from(rows, (_, at) => at).sort((one, other) => ranks[one] - ranks[other] || one - other);
    orders.set(key, Array.from(order, (at) => rows[at]));
  }
  return state.down ? [...orders.get(key)].reverse() : orders.get(key);
}

const searched = new Map(rows.map((row) => [row, `${row.s}\n${row.n}`.toLowerCase()]));

function chosen() {
  const tests = state.which.map((name) => facet(name).test);
  const text = state.q.trim().toLowerCase();
  return inOrder().filter((row) => tests.every((test) => test(row))
    && (!text || (state.anonymous ? shownName(row).toLowerCase() : searched.get(row)).includes(text)));
}

// ---- drawing

const drawn = { named: new Map(), anonymous: new Map() };

function drawnRow(row) {
  const kept = state.anonymous ? drawn.anonymous : drawn.named;
  if (!kept.has(row)) kept.set(row, make("tr", {}, ...columns.map((column) => cell(row, column))));
  return kept.get(row);
}

function cell(row, column) {
  if (column.id === "name") return make("th", { scope: "row" }, person(row));
  if (column.id === "notes") return make("td", { class: row.d || row.u || isFaulty(row) ? "warned" : null }, notes(row));
  if (column.id === "mistakes") return make("td", {}, mistakesOf(row).join(", "));
  if (column.id === "late") return make("td", { class: "number" }, row.late === undefined ? "" : row.cost ? `−${points(row.cost)}` : "0");
  const value = column.of(row);
  const whole = column.id === "points" ? all.max : column.most;
  return make("td", { class: value >= whole ? "number passed" : "number" }, value < 0 ? "–" : points(value));
}

const head = make("tr", {}, ...columns.map((column) => make("th", { scope: "col", class: column.number ? "number" : "wide-column", "data-column": column.id },
  make("button", { type: "button", onclick: () => go({ sort: column.id, down: state.sort === column.id ? !state.down : Boolean(column.number) || column.id === "mistakes" }) }, column.label))));
const body = make("tbody");
byId("rows").append(make("table", {}, make("thead", {}, head), body));

let namesShown = null;
let latest = 0;

// What fits on a screen is drawn at once, so that nobody waits for the rest.
function draw(shown) {
  const number = latest += 1;
  body.replaceChildren(...shown.slice(0, AT_ONCE).map(drawnRow));
  if (shown.length > AT_ONCE) {
    requestAnimationFrame(() => setTimeout(() => { if (number === latest) body.append(...shown.slice(AT_ONCE).map(drawnRow)); }, 0));
  }
}

function show() {
  const found = chosen();
  const pages = Math.max(1, Math.ceil(found.length / PAGE));
  state.page = Math.min(state.page, pages - 1);
  const from = state.page * PAGE;
  draw(found.slice(from, from + PAGE));
  for (const each of head.children) {
    if (each.dataset.column === state.sort) each.setAttribute("aria-sort", state.down ? "descending" : "ascending");
    else each.removeAttribute("aria-sort");
  }
  const of = found.length === rows.length ? "" : ` of ${rows.length.toLocaleString("en")}`;
  const part = pages > 1 ? `, shown from ${(from + 1).toLocaleString("en")} to ${Math.min(from + PAGE, found.length).toLocaleString("en")}` : "";
  byId("count").textContent = plural(found.length, "submission") + of + part;
  byId("pages").replaceChildren(...(pages > 1 ? pager(pages) : []));
  byId("chips").replaceChildren(...state.which.map((name) => make("button", { type: "button", "aria-label": `Remove the filter ${facet(name).label}`,
    onclick: () => go({ which: state.which.filter((each) => each !== name) }) }, `${facet(name).label} ×`)));
  if (byId("q").value !== state.q) byId("q").value = state.q;
  byId("anonymous").checked = state.anonymous;
  byId("which").value = "";
  if (namesShown !== state.anonymous) { namesShown = state.anonymous; summary(); attention(); mistakeParts(); }
}

function pager(pages) {
  const turn = (word, page) => make("button", { type: "button", disabled: page < 0 || page >= pages, onclick: () => {
    go({ page });
    const same = [...byId("pages").querySelectorAll("button")].find((each) => each.textContent === word);
    if (same && !same.disabled) same.focus();  // the button was drawn anew under the reader's finger
  } }, word);
  return [turn("Previous page", state.page - 1), make("span", {}, `Page ${state.page + 1} of ${pages}`), turn("Next page", state.page + 1)];
}
