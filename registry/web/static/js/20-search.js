// Results while typing: the server renders the part of the page that changes, so there is one template and one truth.
(() => {
  "use strict";
  const WAIT = 80;
  const parser = new DOMParser();
  let timer = 0;
  let settling = 0;
  let running = null;

  async function load(url) {
    if (running) running.abort();
    running = new AbortController();
    const answer = await fetch(url, { headers: { "X-Fragment": "results" }, signal: running.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    return [...parser.parseFromString(await answer.text(), "text/html").body.children];
  }

  function address(form) {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) query.append(name, value);
    const text = query.toString();
    return text ? `${form.action}?${text}` : form.action;
  }

  const quiet = (error) => {
    if (error.name !== "AbortError") timer = 0;
  };

  async function refresh(form, place) {
    const url = address(form);
    const fresh = await load(url);
    place.replaceChildren(...fresh);
    foldOnPhone(place);
    history.replaceState(null, "", url);
    clearTimeout(settling);
    // Only what somebody has stopped typing counts as looked for in vain.
    if (place.querySelector(".empty")) settling = setTimeout(() => fetch(url, { headers: { "X-Fragment": "settled" } }), 1500);
  }

  async function preview(form, box, place) {
    if (!box.value.trim()) {
      place.hidden = true;
      place.replaceChildren();
      return;
    }
    const fresh = await load(address(form));
    for (const result of [...fresh.flatMap((part) => [...part.querySelectorAll(".result")])].slice(6)) result.remove();
    for (const extra of fresh.flatMap((part) => [...part.querySelectorAll(".facets, .pager, .chosen")])) extra.remove();
    const all = document.createElement("a");
    all.href = address(form);
    all.textContent = "看全部结果";
    place.replaceChildren(...fresh, all);
    place.hidden = false;
  }

  async function hint(box, place) {
    const text = box.value.trim();
    place.replaceChildren(...(text ? await load(`/search/suggest?q=${encodeURIComponent(text)}`) : []));
    place.hidden = !text;
  }

  function foldOnPhone(place) {
    if (!document.documentElement.classList.contains("elder") && !matchMedia("(max-width: 800px)").matches) return;
    for (const fold of place.querySelectorAll("[data-fold]")) fold.open = false;
  }

  function listen(form, box, act) {
    box.addEventListener("input", (event) => {
      // While an input method is composing, the letters are not yet what is meant.
      if (event.isComposing) return;
      clearTimeout(timer);
      timer = setTimeout(() => act().catch(quiet), WAIT);
    });
    box.addEventListener("compositionend", () => box.dispatchEvent(new Event("input")));
  }

  const live = document.querySelector("form[data-live]");
  if (live) {
    const place = document.getElementById(live.dataset.live);
    listen(live, live.querySelector("input[type=search]"), () => refresh(live, place));
  }
  for (const top of document.querySelectorAll("[data-hints]")) {
    const place = document.getElementById(top.dataset.hints);
    listen(top.form, top, () => hint(top, place));
    const leave = (event) => {
      if (event.key === "Escape" || (event.type !== "keydown" && !top.form.contains(event.target))) place.hidden = true;
    };
    for (const kind of ["click", "keydown", "focusin"]) document.addEventListener(kind, leave);
  }
  const box = document.querySelector("[data-suggest]");
  if (box) {
    const place = document.getElementById(box.dataset.suggest);
    listen(box.form, box, () => preview(box.form, box, place));
  }
})();
