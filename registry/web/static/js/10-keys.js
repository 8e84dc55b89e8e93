// Keyboard: / to search, j and k along rows, the arrows from the search box to its hits and back, Enter opens what has the focus, Esc leaves a field and then the page.
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
    stand(next);
  }

  function stand(row) {
    row.classList.add("at");
    const link = row.querySelector("a");
    if (link) link.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  // From the search box down to the first hit, along the hits, and from the first one up to the box again.
  function arrow(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const shown = (one) => document.getElementById(one.getAttribute("aria-controls"));
    const boxes = step ? [...document.querySelectorAll("[data-slash][aria-controls]")] : [];
    const box = boxes.find((one) => one === event.target || shown(one)?.contains(event.target));
    if (!box) return false;
    const hits = [...shown(box).querySelectorAll("[data-row]")];
    const here = hits.indexOf(event.target.closest("[data-row]"));
    const next = here + step;
    if ((event.target !== box && here < 0) || next < -1 || next >= hits.length) return false;
    event.preventDefault();
    for (const hit of hits) hit.classList.remove("at");
    if (next < 0) box.focus();
    else stand(hits[next]);
    return true;
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
    if (arrow(event)) return;
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
  if (document.documentElement.classList.contains("elder") || matchMedia("(max-width: 800px)").matches) {
    for (const fold of document.querySelectorAll("[data-fold], .side-fold")) fold.open = false;
  }
})();
