// A line that is opened is read. A link alone changes nothing: the line's own form is sent on the way, and then one is
// led on, whether it could be sent or not.
function opened(event) {
  const link = event.target.closest("a[data-opens]");
  if (!link || event.button > 1) return;
  const form = link.closest("li").querySelector("form");
  const sent = fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true, redirect: "manual" });
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const go = () => location.assign(link.href);
  sent.then(go, go);
}
addEventListener("click", opened);
addEventListener("auxclick", opened);
