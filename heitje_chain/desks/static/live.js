// Shows parts of a page anew whenever something happens to what they show, by server-sent events. The page says
// what it shows already (`seen`), so nothing is replaced, and no text that somebody types is lost, before that.
(() => {
  const LONGEST_WAIT = 60_000;

  for (const part of document.querySelectorAll("[data-live]")) {
    let wait = 1_000;
    const follow = () => {
      const stream = new EventSource(part.dataset.live);
      stream.onopen = () => {
        wait = 1_000;
      };
      stream.onmessage = (event) => {
        part.innerHTML = event.data;
      };
      stream.addEventListener("over", () => stream.close());
      // The browser comes back by itself when the line broke, but not when it was refused.
      stream.onerror = () => {
        if (stream.readyState !== EventSource.CLOSED) return;
        setTimeout(follow, wait);
        wait = Math.min(2 * wait, LONGEST_WAIT);
      };
    };
    follow();
  }
})();
