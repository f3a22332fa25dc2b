// Reading pages' own script: keys, the vote's instant answer, and htmx errors shown where they happen.
// Everything here is an extra; each control works as a plain link or form without it.
const $ = (query, root = document) => root.querySelector(query);
const off = () => localStorage.getItem("keys") === "off";
const writing = (el) => el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName);
const say = (text) => { $("#live").textContent = text; };

// --- keys -----------------------------------------------------------------
const stops = () => [...document.querySelectorAll(
  ".card h3 a, .shield-card a, .shield-fold summary, .results h3 a",
)];

function step(by) {
  const all = stops();
  const next = all[Math.min(Math.max(all.indexOf(document.activeElement) + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function search() {
  const field = $("main input[type=search]") || $("#site-q");
  if (field?.checkVisibility()) field.focus(); else $(".search-link")?.click();
}

function help() {
  let box = $(".keys");
  if (!box) {
    box = document.createElement("dialog");
    box.className = "keys";
    box.setAttribute("aria-labelledby", "keys-title");
    box.innerHTML = `<h2 id="keys-title">Keys</h2><dl><dt><kbd>/</kbd></dt><dd>search</dd><dt><kbd>j</kbd> <kbd>k</kbd></dt>
      <dd>next and previous card</dd><dt><kbd>?</kbd></dt><dd>this list</dd><dt><kbd>Esc</kbd></dt><dd>close it</dd></dl>
      <p class="acts"><button class="btn solid" type="button">Close</button><button class="btn quiet" type="button" data-keys></button></p>`;
    document.body.append(box);
    const toggle = $("[data-keys]", box);
    const label = () => { toggle.textContent = off() ? "Turn these keys on" : "Turn these keys off"; };
    label();
    box.addEventListener("click", ({ target }) => {
      if (target === toggle) { localStorage.setItem("keys", off() ? "on" : "off"); label(); }
      else if (target.matches(".solid") || target === box) box.close();
    });
  }
  box.showModal();
}

const KEYS = { "/": search, j: () => step(1), k: () => step(-1), "?": help };

document.addEventListener("keydown", (event) => {
  const menu = $(".me[open]");
  if (event.key === "Escape" && menu) { menu.open = false; $("summary", menu).focus(); }
  if (event.ctrlKey || event.metaKey || event.altKey || writing(event.target) || $("dialog[open]")) return;
  if (!(event.key in KEYS) || (off() && event.key !== "?")) return;
  event.preventDefault();
  KEYS[event.key]();
});

document.addEventListener("click", ({ target }) => {
  const menu = $(".me[open]");
  if (menu && !menu.contains(target)) menu.open = false;
});

// --- the vote answers at once; the server's fragment settles it --------------
function lean(form, pressed) {
  for (const button of form.querySelectorAll("[data-stance]")) button.setAttribute("aria-pressed", button === pressed);
}

document.addEventListener("submit", ({ target, submitter }) => {
  if (!target.matches("[data-vote]") || !submitter?.dataset.stance) return;
  target.before_vote = $("[aria-pressed=true]", target);
  lean(target, submitter === target.before_vote ? null : submitter);
});

document.addEventListener("htmx:afterSettle", ({ detail: { elt } }) => {
  const note = elt.matches?.("[data-vote], #vote, #forecast") && $(".note", elt);
  if (note) say(note.textContent);
});

// --- errors stay beside the control that met them ----------------------------
function oops(elt, text) {
  const home = elt.closest("form") || elt;
  if (home.matches("[data-vote]")) lean(home, home.before_vote);
  for (const button of home.querySelectorAll("button[disabled]")) button.disabled = false;
  home.removeAttribute("aria-busy");
  const line = $(".oops", home) || ($(".two", home) || home).appendChild(document.createElement("p"));
  line.className = "oops";
  line.setAttribute("role", "alert");
  line.textContent = text;
}

const WORDS = {
  401: "Sign in first, then try again.",
  403: "You may not do that here. If you were signed out meanwhile, reload the page.",
  404: "That is no longer there.",
  409: "Somebody was quicker. Reload the page to see what changed.",
  413: "That was too much at once.",
  429: "That was a little fast. Wait a moment and try again.",
};

const words = (xhr) => {
  const wait = xhr.getResponseHeader("Retry-After");
  if (xhr.status === 429 && wait) return `That was a little fast. Try again in ${wait} seconds.`;
  return WORDS[xhr.status] || "That did not work, and nothing was saved. Try again in a moment.";
};

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, elt, requestConfig } = event.detail;
  if (xhr.status >= 400 && /^\s*<!doctype/i.test(xhr.responseText)) {
    event.detail.shouldSwap = false; // a whole page never lands inside a control
    oops(requestConfig?.elt || elt, words(xhr));
  }
});
document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
  (elt.closest("form") || elt).querySelector(".oops")?.remove();
});
document.addEventListener("htmx:responseError", ({ detail: { xhr, elt, shouldSwap } }) => {
  if (!shouldSwap && !$(".oops", elt)) oops(elt, words(xhr));
});
document.addEventListener("htmx:sendError", ({ detail: { elt } }) => {
  oops(elt, navigator.onLine ? "The archive did not answer. Try again in a moment." : "You are offline. Nothing was sent; try again when you are back.");
});
document.addEventListener("htmx:timeout", ({ detail: { elt } }) => oops(elt, "The archive took too long to answer. Try again in a moment."));

// Discussions: a thread that was folded stays folded, and what is loaded takes the keyboard's place over from its link.
const KEY = "folded", MOST = 300;
const folded = () => { try { return JSON.parse(localStorage.getItem(KEY)) || []; } catch { return []; } };

function fold(root) {
  const ids = folded();
  for (const thread of root.querySelectorAll("[data-fold]")) {
    if (ids.includes(thread.dataset.fold) && !thread.querySelector(":target")) thread.open = false;
  }
}

document.addEventListener("toggle", ({ target }) => {
  const id = target.dataset.fold;
  if (!id) return;
  const others = folded().filter((one) => one !== id);
  try { localStorage.setItem(KEY, JSON.stringify(target.open ? others : [...others, id].slice(-MOST))); } catch { /* full or forbidden */ }
}, true);

let before;
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  before = target.matches(".load") && { parent: target.parentNode, last: target.previousElementSibling };
});
document.addEventListener("htmx:afterSettle", () => {
  if (!before) return;
  const first = before.last ? before.last.nextElementSibling : before.parent.firstElementChild;
  (first?.querySelector("a, button, summary"))?.focus({ preventScroll: true });
  fold(before.parent);
  before = null;
});
fold(document);
// Once the browser has gone to the form: it would take the focus away again.
addEventListener("load", () => { if (location.hash === "#reply") $("form#reply textarea")?.focus({ preventScroll: true }); });
