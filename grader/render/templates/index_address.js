// The state of the page, and the address that holds it: a link shows what was seen.

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
