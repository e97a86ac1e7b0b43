// Lets a phone install the pages as an app, with a page of its own for when there is no network.
if ("serviceWorker" in navigator) addEventListener("load", () => navigator.serviceWorker.register("/worker.js"));
