// The lore editor's help while one writes: drafts kept on the server. Every form works without it.
const form = document.querySelector("form:has([data-names])");

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
  if (!xhr.getResponseHeader("HX-Redirect") || !elt.matches("#preview, #hints, #cited, [data-keeps-draft]")) return;
  event.preventDefault();
  const note = document.querySelector("[data-keeps-draft]") || elt;
  note.textContent = "You are signed out. Sign in in another window, or save: what you typed comes along.";
});

// Nobody is told what is missing in a field that they have not come to: data-early names it.
const [hints, later] = [document.querySelector("[data-early]"), document.getElementById(document.querySelector("[data-early]")?.dataset.early)];
let reached = later?.value;
later?.addEventListener("focus", () => { reached = true; });
hints?.addEventListener("htmx:configRequest", ({ target, detail }) => {
  if (target === hints && !reached) detail.parameters.early = "1";
});

// A place for the next new claim.
document.addEventListener("htmx:afterSettle", () => {
  const claims = document.querySelector(".beside-claims");
  if (claims && !claims.querySelector(".slot:empty")) claims.appendChild(document.createElement("li")).className = "slot";
});
