// Filters, keys and the CSV of what is shown; then the page is put together.

function choices() {
  const option = (value, text) => make("option", { value }, text);
  const group = (label, ...options) => make("optgroup", { label }, ...options);
  byId("which").append(option("", "add a filter …"),
    group("Submissions", option("error", "the grader failed"), option("unread", "could not be taken in"), option("unexplained", "unexplained failures"), option("differs", "differ when run twice"),
      option("late", "late"), option("full", "all points"), ...exercises.map((each) => option(`missing:${each.name}`, `${each.name} is missing`))),
    group("Mistakes", ...mistakes.map((each) => option(`mistake:${each.id}`, each.title))),
    group("Failed", ...checks.map((_, at) => option(`failed:${checkId(at)}`, checkId(at)))),
    group("Passed", ...checks.map((_, at) => option(`passed:${checkId(at)}`, checkId(at)))));
}

// ---- CSV of what is shown; a cell that a spreadsheet would run is made harmless

function download() {
  const safe = (value) => { const text = String(value); const calm = /^[=+\-@\t\r\n|%]/.test(text) ? `'${text}` : text; return `"${calm.replaceAll('"', '""')}"`; };
  const line = (row) => [state.anonymous ? shownName(row) : row.n, state.anonymous ? "" : row.s, isFaulty(row) ? "" : row.p, row.b,
    row.cost || "", isFaulty(row) ? "" : points(final(row)), ...exercises.map((each) => row.e[each.name] ?? ""), mistakesOf(row).join(" "), notes(row)];
  const lines = [["submission", "student", "score", "bonus", "deduction", "final", ...exercises.map((each) => each.name), "mistakes", "notes"], ...chosen().map(line)];
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
