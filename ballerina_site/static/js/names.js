// Names while one writes: typing [[ opens a list of pages, typing @ one of fans. Arrows, Enter and Escape as in any
// combobox, Tab goes on as ever. The element around the fields says where to ask: data-names for pages, data-fans for fans.
// A field with names of its own takes them as they are, one a line or between commas.
const KINDS = {
  names: { sign: "[[", before: /$/, typed: /^[^\]|\n]{0,80}$/, end: "]]", label: "Pages" },
  fans: { sign: "@", before: /(^|[^\w./@-])$/, typed: /^[\w.-]{1,30}$/, end: " ", label: "Fans" },
  list: { sign: "", end: "", label: "Names" },
};
const say = (text) => { document.getElementById("live").textContent = text; };
let list, writing, field, kind, start, names = [], at = 0, asked;

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
  Object.assign(list, { id: "names", className: "names", role: "listbox", ariaLabel: KINDS[kind].label });
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
  const { sign, end } = KINDS[kind], to = field.selectionStart;
  field.setSelectionRange(start, to + (field.value.startsWith(end, to) ? end.length : 0));
  const words = sign + names[at].text + end;
  // This way, where the browser still has it, the browser's own undo knows of it.
  if (!document.execCommand("insertText", false, words)) field.setRangeText(words, start, field.selectionEnd, "end");
  close();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

async function ask(typed) {
  const answer = await fetch(`${kind === "list" ? field.dataset.names : writing.dataset[kind]}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected || typed !== open()) return;
  ({ names } = await answer.json());
  if (names.length) show(); else close();
}

// What has been typed of a name that is still open at the caret; undefined when there is none.
function open() {
  const text = field.value.slice(0, field.selectionStart);
  if ("names" in field.dataset) {
    const words = /[^,\n]*$/.exec(text)[0].replace(/^\s*(against:\s*)?/i, "");
    [kind, start] = ["list", text.length - words.length];
    return words.length > 80 ? undefined : words || undefined;
  }
  for (const [name, { sign, before, typed }] of Object.entries(KINDS)) {
    const place = text.lastIndexOf(sign), words = text.slice(place + sign.length);
    if (!(name in writing.dataset) || place < 0 || !typed.test(words) || !before.test(text.slice(0, place))) continue;
    [kind, start] = [name, place];
    return words;
  }
}

function look({ target, currentTarget, isTrusted }) {
  if (!isTrusted || (target.tagName !== "TEXTAREA" && target.name !== "hatnote" && !("names" in target.dataset))) return;
  [field, writing] = [target, currentTarget];
  const typed = open();
  clearTimeout(asked);
  if (typed === undefined) close(); else asked = setTimeout(() => ask(typed).catch(close), 150);
}

function press(event) {
  if (!list || event.target !== field) return;
  const act = { ArrowDown: () => choose(at + 1), ArrowUp: () => choose(at - 1), Enter: take, Escape: close }[event.key];
  if (act) { event.preventDefault(); act(); } else if (/^(Arrow|Home|End|Page|Tab)/.test(event.key)) close();
}

for (const home of document.querySelectorAll(".writing")) {
  home.addEventListener("input", look);
  home.addEventListener("keydown", press);
  home.addEventListener("focusout", close);
}
