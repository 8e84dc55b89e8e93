// Keyboard: / to search, j and k along rows, Enter opens what has the focus, Esc leaves a field and then the page.
(() => {
  "use strict";
  const typing = (el) => el.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);

  function go(step) {
    const all = rows();
    const here = all.findIndex((row) => row.classList.contains("at"));
    const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
    if (!next) return;
    if (here >= 0) all[here].classList.remove("at");
    next.classList.add("at");
    const link = next.querySelector("a");
    if (link) link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  // Back to the results or the list one came from, as they were; otherwise to the page above.
  function back() {
    if (document.querySelector("form[data-dirty]")) return;
    const up = document.querySelector("[data-back]");
    const from = document.referrer && new URL(document.referrer);
    const listed = from && from.origin === location.origin && (from.pathname === "/search" || from.pathname === up?.pathname);
    if (listed && history.length > 1) history.back();
    else if (up) up.click();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const acts = { j: () => go(1), k: () => go(-1), Escape: back };
    if (event.key === "/") {
      const boxes = [...document.querySelectorAll("[data-slash]")];
      const box = boxes[boxes.length - 1];
      if (!box) return;
      event.preventDefault();
      box.focus();
      box.select();
    } else if (acts[event.key]) {
      event.preventDefault();
      acts[event.key]();
    }
  });

  // A click anywhere in a row of a table opens it, unless text is being selected.
  document.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-row]");
    if (!row || event.target.closest("a, button, input, label") || String(getSelection())) return;
    const link = row.querySelector("a");
    if (link) link.click();
  });

  const told = document.querySelector("[data-focus]");
  if (told) told.focus();

  // Folds that stand open beside the text start closed where they would push it down.
  if (matchMedia("(max-width: 800px)").matches) {
    for (const fold of document.querySelectorAll("[data-fold], .side-fold")) fold.open = false;
  }
})();
