// Lets a phone install the pages as an app, with a page of its own for when there is no network.
if ("serviceWorker" in navigator) addEventListener("load", () => navigator.serviceWorker.register("/worker.js"));

// Without a network nothing is sent and what was typed stays: the browser would show a page of its own instead.
const told = document.createElement("p");
told.className = "stop";
told.setAttribute("role", "alert");
addEventListener("submit", (event) => {
  if (navigator.onLine) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  told.textContent = document.body.dataset.noNetwork;
  event.target.before(told);
});
addEventListener("online", () => told.remove());

// An order whose answer never came: whoever goes back to its form, or loads it again, sends the same order once more and
// not a second one. A form's key is kept from when it is sent until any page of ours came in its stead.
const AWAITED = "awaited";
addEventListener("submit", ({ target }) => {
  const key = target.querySelector('input[name="key"]');
  if (key) sessionStorage.setItem(AWAITED, JSON.stringify([target.getAttribute("action"), key.value]));
});
const [visit] = performance.getEntriesByType("navigation");
if (visit?.type === "navigate" && !document.querySelector("[data-offline]")) sessionStorage.removeItem(AWAITED);
const [action, key] = JSON.parse(sessionStorage.getItem(AWAITED) ?? "[]");
for (const form of document.forms) {
  const input = form.querySelector('input[name="key"]');
  if (input && form.getAttribute("action") === action) input.value = key;
}
// A page that the browser kept whole may have been sent: it is asked for anew.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted && document.querySelector('input[name="key"]')) location.reload();
});
