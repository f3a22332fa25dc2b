// The lore editor's help while one writes: names for [[links]], drafts kept on the server. Every form works without it.
const form = document.querySelector("form:has([data-names])");
const writing = form?.querySelector("[data-names]");
const say = (text) => { document.getElementById("live").textContent = text; };

// --- names: typing [[ opens a list; arrows, Enter and Escape as in any combobox, Tab goes on as ever -----------------
let list, field, start, names = [], at = 0, asked;

// Where the caret stands in the field, by a copy of its text up to there.
function caret() {
  const copy = document.createElement("div");
  const style = getComputedStyle(field);
  for (const name of ["font", "letterSpacing", "padding", "border", "boxSizing", "width", "tabSize"]) copy.style[name] = style[name];
  Object.assign(copy.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word" });
  copy.textContent = field.value.slice(0, start);
  const mark = copy.appendChild(document.createElement("span"));
  mark.textContent = "[";
  document.body.append(copy);
  const place = { left: mark.offsetLeft, top: mark.offsetTop + mark.offsetHeight - field.scrollTop };
  copy.remove();
  return place;
}

function close() {
  clearTimeout(asked);
  list?.remove();
  list = null;
  for (const name of ["aria-controls", "aria-activedescendant", "aria-autocomplete", "aria-haspopup"]) field?.removeAttribute(name);
}

function choose(to) {
  at = (to + names.length) % names.length;
  [...list.children].forEach((item, index) => item.setAttribute("aria-selected", index === at));
  list.children[at].scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", list.children[at].id);
  say(`${names[at].label}, ${names[at].hint}, ${at + 1} of ${names.length}`);
}

function show() {
  list?.remove();
  list = writing.appendChild(document.createElement("ul"));
  Object.assign(list, { id: "names", className: "names", role: "listbox", ariaLabel: "Pages" });
  for (const [index, { label, hint }] of names.entries()) {
    const item = list.appendChild(document.createElement("li"));
    Object.assign(item, { id: `name-${index}`, role: "option", textContent: label });
    item.appendChild(document.createElement("small")).textContent = hint;
    item.addEventListener("pointerdown", (event) => { event.preventDefault(); at = index; take(); });
  }
  const [{ left, top }, box, home] = [caret(), field.getBoundingClientRect(), writing.getBoundingClientRect()];
  list.style.top = `${box.top - home.top + Math.min(top, field.clientHeight)}px`;
  list.style.left = `${Math.max(0, Math.min(box.left - home.left + left, home.width - list.offsetWidth))}px`;
  for (const [name, value] of [["controls", "names"], ["autocomplete", "list"], ["haspopup", "listbox"]]) field.setAttribute(`aria-${name}`, value);
  choose(0);
}

function take() {
  const end = field.selectionStart;
  const closed = field.value.startsWith("]]", end) ? 2 : 0;
  field.setSelectionRange(start, end + closed);
  const link = `[[${names[at].text}]]`;
  // This way, where the browser still has it, the browser's own undo knows of it.
  if (!document.execCommand("insertText", false, link)) field.setRangeText(link, start, end + closed, "end");
  close();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

async function ask(typed) {
  const answer = await fetch(`${writing.dataset.names}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected || typed !== open()) return;
  ({ names } = await answer.json());
  if (names.length) show(); else close();
}

// What has been typed of a link that is still open at the caret; undefined when there is none.
function open() {
  const before = field.value.slice(0, field.selectionStart);
  start = before.lastIndexOf("[[");
  const typed = before.slice(start + 2);
  return start < 0 || typed.length > 80 || /[\]|\n]/.test(typed) ? undefined : typed;
}

function look({ target }) {
  if (target.tagName !== "TEXTAREA" && target.name !== "hatnote") return;
  field = target;
  const typed = open();
  clearTimeout(asked);
  if (typed === undefined) close(); else asked = setTimeout(() => ask(typed).catch(close), 150);
}

function press(event) {
  if (!list || event.target !== field) return;
  const act = { ArrowDown: () => choose(at + 1), ArrowUp: () => choose(at - 1), Enter: take, Escape: close }[event.key];
  if (act) { event.preventDefault(); act(); } else if (/^(Arrow|Home|End|Page|Tab)/.test(event.key)) close();
}

if (writing) {
  writing.addEventListener("input", (event) => { if (event.isTrusted) look(event); });
  writing.addEventListener("keydown", press);
  writing.addEventListener("focusout", close);
}

// Enter in a field that has a button of its own presses that, not the one that saves.
form?.addEventListener("keydown", (event) => {
  const button = event.key === "Enter" && document.getElementById(event.target.dataset.enter);
  if (button) { event.preventDefault(); button.click(); }
});

// --- drafts: what the server has kept, this browser need not ------------------------------------------------------------
const key = form?.dataset.draft && `draft:${form.dataset.draft}`;
let typedSince = false;
form?.addEventListener("input", () => { typedSince = true; });

// What this browser kept on top of an older revision would undo what changed since: it is shown, not put back.
const page = /^draft:.*-\d+-/.exec(key)?.[0];
for (const old of Object.keys(localStorage).filter((name) => page && name.startsWith(page) && name !== key)) {
  const note = document.createElement("details");
  note.className = "more kept";
  note.innerHTML = `<summary>Text that you typed here on an older version of the page</summary><textarea rows="8" readonly
    aria-label="Text that you typed, safe to copy"></textarea><p class="acts"><button class="btn quiet" type="button">Throw it away</button></p>`;
  note.querySelector("textarea").value = Object.values(JSON.parse(localStorage.getItem(old))).map((values) => values.join("\n")).join("\n\n");
  note.querySelector("button").addEventListener("click", () => { localStorage.removeItem(old); note.remove(); });
  (form.closest(".bench") || form).before(note);
}

document.addEventListener("htmx:beforeRequest", ({ target }) => { if (target.matches?.("[data-keeps-draft]")) typedSince = false; });
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (target.matches?.("[data-keeps-draft]") && detail.successful && !typedSince && key) localStorage.removeItem(key);
});

// Signed out meanwhile: whoever is writing is not sent away from their text by a helper.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, elt } = event.detail;
  if (!xhr.getResponseHeader("HX-Redirect") || !elt.matches("#preview, [data-keeps-draft]")) return;
  event.preventDefault();
  const note = document.querySelector("[data-keeps-draft]") || elt;
  note.textContent = "You are signed out. Sign in in another window, or save: what you typed comes along.";
});

// A place for the next new claim.
document.addEventListener("htmx:afterSettle", () => {
  const claims = document.querySelector(".beside-claims");
  if (claims && !claims.querySelector(".slot:empty")) claims.appendChild(document.createElement("li")).className = "slot";
});
