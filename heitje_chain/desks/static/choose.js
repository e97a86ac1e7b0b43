// Choosing many at once, and what that comes to; what a reward is for an hour. Both are told anew by the server.
(() => {
  const euros = new Intl.NumberFormat(document.documentElement.lang === "nl" ? "nl-NL" : "en-GB", {
    style: "currency",
    currency: "EUR",
  });
  const told = (cents) => euros.format(cents / 100);

  for (const form of document.querySelectorAll("[data-choose]")) {
    const boxes = [...form.querySelectorAll("input[type=checkbox]")];
    const all = form.querySelector("[data-choose-all]");
    const sum = form.querySelector("[data-choose-sum]");
    const show = () => {
      const chosen = boxes.filter((box) => box.checked);
      const cents = chosen.reduce((total, box) => total + Number(box.dataset.cents), 0);
      sum.hidden = chosen.length === 0;
      sum.textContent = sum.dataset.chooseSum.replace("{number}", chosen.length).replace("{cents}", told(cents));
      all.textContent = chosen.length === boxes.length ? all.dataset.none : all.dataset.all;
    };
    all.addEventListener("click", (event) => {
      event.preventDefault();
      const wanted = boxes.some((box) => !box.checked);
      for (const box of boxes) box.checked = wanted;
      show();
    });
    form.addEventListener("change", show);
    show();
  }

  for (const pair of document.querySelectorAll("[data-rate]")) {
    const place = document.querySelector("[data-rate-told]");
    if (place === null) continue;
    const show = () => {
      const typed = /^(\d{1,6})(?:[.,](\d{1,2}))?$/.exec(pair.querySelector("#reward").value.trim());
      const minutes = Number(pair.querySelector("#minutes").value);
      if (typed === null || !minutes) return place.replaceChildren();
      const cents = Number(typed[1]) * 100 + Number((typed[2] ?? "").padEnd(2, "0"));
      place.textContent = pair.dataset.rate.replace("{cents}", told(Math.floor((cents * 60) / minutes)));
    };
    pair.addEventListener("input", show);
    show();
  }
})();
