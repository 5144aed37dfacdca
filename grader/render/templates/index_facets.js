// The data, and facets: a figure and the filter behind it are one thing. A facet's name gives the rows that it stands
// for, so everything on this page is counted from the rows. Text reaches the page through textContent alone.
const all = JSON.parse(document.getElementById("class").textContent);
const { rows, checks, exercises, mistakes, clusters } = all;
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

// Words in which names of the program stand between backticks.
function worded(text) {
  return text.split(/`([^`]+)`/).map((part, at) => at % 2 ? make("code", {}, part) : part);
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
    case "unread": return { label: "could not be taken in", test: (row) => row.u !== undefined };
    case "differs": return { label: "differ when run twice", test: (row) => row.d !== undefined };
    case "late": return { label: "late", test: (row) => row.late !== undefined };
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
