// Keeps what somebody types in <form data-draft="key"> in this browser until the server says it is saved
// (an element with data-draft-clear="key"). Secrets, files and hidden fields are never kept, unless they have data-kept.
const STORE = "draft:";
const kept = (field) => field.name && !field.disabled && ("kept" in field.dataset || !/^(hidden|password|file|submit|button)$/.test(field.type));
const ticked = (field) => /^(checkbox|radio)$/.test(field.type);

function read(form) {
  const words = {};
  for (const field of form.elements) {
    if (!kept(field)) continue;
    if (ticked(field)) { if (field.checked) (words[field.name] ??= []).push(field.value); }
    else if (field.multiple) words[field.name] = [...field.selectedOptions].map((option) => option.value);
    else if (field.value) words[field.name] = [field.value];
  }
  return words;
}

function write(form, words) {
  for (const field of form.elements) {
    if (!kept(field) || !(field.name in words)) continue;
    const values = words[field.name];
    if (ticked(field)) field.checked = values.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
    else [field.value] = values;
  }
}

const pristine = (form) => [...form.elements].every((field) => !kept(field) || ticked(field) || field.tagName === "SELECT"
  || field.value === field.defaultValue) && !form.querySelector(".has-error");

const clear = () => {
  for (const { dataset } of document.querySelectorAll("[data-draft-clear]")) localStorage.removeItem(STORE + dataset.draftClear);
};

function keep(form) {
  const key = STORE + form.dataset.draft;
  const words = JSON.parse(localStorage.getItem(key) || "null");
  if (words && pristine(form) && JSON.stringify(read(form)) !== JSON.stringify(words)) {
    write(form, words);
    const note = form.insertBefore(document.createElement("p"), form.firstChild);
    note.className = "notice is-info";
    note.setAttribute("role", "status");
    note.textContent = "We put back what you were writing here. It was kept in this browser only. ";
    const drop = note.appendChild(document.createElement("button"));
    Object.assign(drop, { type: "button", className: "btn-link", textContent: "Throw it away" });
    drop.addEventListener("click", () => { localStorage.removeItem(key); form.reset(); note.remove(); });
  }
  form.addEventListener("input", () => {
    const now = read(form);
    try { localStorage.setItem(key, JSON.stringify(now)); } catch { /* full or forbidden: typing goes on without a copy */ }
  });
}

clear();
document.addEventListener("htmx:afterSettle", clear);
document.querySelectorAll("form[data-draft]").forEach(keep);
for (const part of document.querySelectorAll("[data-with-script]")) part.hidden = false;
