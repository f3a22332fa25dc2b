// Sending a picture: how far it is, whether it is too big before it is sent, and the focal point set by a click. Each
// form works without it.
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

// --- progress: htmx sends the form, and tells how much of it is gone ---------
document.addEventListener("htmx:xhr:progress", ({ target, detail: { lengthComputable, loaded, total } }) => {
  const line = target.closest("[data-upload]")?.querySelector(".progress");
  if (!line || !lengthComputable || !total) return;
  line.hidden = false;
  const part = Math.min(100, Math.round(100 * loaded / total));
  line.firstElementChild.value = part;
  line.lastElementChild.textContent = part < 100 ? `${part} %` : "Looking at it…";
});
document.addEventListener("htmx:afterRequest", ({ target }) => {
  const line = target.closest?.("[data-upload]")?.querySelector(".progress");
  if (line) line.hidden = true;
});

// --- too big: said at once ----------------------------------------------------
function weigh(field) {
  const [file] = field.files, most = Number(field.dataset.mostBytes);
  const fault = file && most && file.size > most ? `This file has ${megabytes(file.size)}; at most ${megabytes(most)} can be sent.` : "";
  let line = field.parentNode.querySelector(".oops");
  if (!fault) line?.remove();
  else {
    line ??= field.parentNode.appendChild(document.createElement("p"));
    Object.assign(line, { className: "oops", textContent: fault });
    line.setAttribute("role", "alert");
  }
}

// --- the focal point ----------------------------------------------------------
const numbers = (form) => ["focal_x", "focal_y"].map((name) => form.elements[name]);

function mark(stage) {
  const picture = stage.querySelector("img, canvas"), [x, y] = numbers(stage.closest("form"));
  let point = stage.querySelector(".focus-mark");
  if (!picture) { point?.remove(); return; }
  if (!point) { point = stage.appendChild(document.createElement("span")); point.className = "focus-mark"; }
  point.style.left = `${picture.clientWidth * x.value / 100}px`;
  point.style.top = `${picture.clientHeight * y.value / 100}px`;
}

async function preview(field) {
  const stage = field.form.querySelector("[data-focus]"), [file] = field.files;
  if (!stage) return;
  stage.replaceChildren();
  try {
    const bitmap = file && await createImageBitmap(file);
    if (bitmap) {
      const canvas = stage.appendChild(document.createElement("canvas")), scale = Math.min(1, 800 / bitmap.width);
      canvas.width = bitmap.width * scale;
      canvas.height = bitmap.height * scale;
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    }
  } catch { /* no picture, or one that this browser cannot read: the server will say */ }
  mark(stage);
}

document.addEventListener("change", ({ target }) => {
  if (target.type === "file" && target.form) { weigh(target); preview(target); }
});
document.addEventListener("click", ({ target, clientX, clientY }) => {
  const stage = target.closest("[data-focus]"), picture = stage?.querySelector("img, canvas");
  if (!picture) return;
  const box = picture.getBoundingClientRect(), [x, y] = numbers(stage.closest("form"));
  const part = (at, from, length) => Math.round(Math.min(100, Math.max(0, 100 * (at - from) / length)));
  x.value = part(clientX, box.left, box.width);
  y.value = part(clientY, box.top, box.height);
  mark(stage);
});
document.addEventListener("input", ({ target }) => {
  if (/^focal_[xy]$/.test(target.name)) { const stage = target.form.querySelector("[data-focus]"); if (stage) mark(stage); }
});
document.addEventListener("toggle", ({ target }) => { const stage = target.querySelector?.("[data-focus]"); if (stage) mark(stage); }, true);

function begin(root) {
  for (const part of root.querySelectorAll("[data-with-script]")) part.hidden = false;
  for (const stage of root.querySelectorAll("[data-focus]:has(img)")) {
    const picture = stage.querySelector("img");
    if (picture.complete) mark(stage); else picture.addEventListener("load", () => mark(stage));
  }
  for (const field of root.querySelectorAll("[data-upload] [type=file]")) if (field.files.length) preview(field);
}
begin(document);
document.addEventListener("htmx:afterSettle", ({ target }) => begin(target.closest?.("[data-upload]")?.parentNode ?? document));
addEventListener("resize", () => document.querySelectorAll("[data-focus]").forEach(mark));
