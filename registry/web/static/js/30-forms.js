// What was typed survives a closed page in the same tab; a form that is being sent says so.
(() => {
  "use strict";
  const form = document.querySelector("form[data-draft]");

  function contents() {
    const kept = {};
    for (const [name, value] of new FormData(form)) {
      if (["csrf_token", "seen", "version"].includes(name)) continue;
      (kept[name] ||= []).push(value);
    }
    return kept;
  }

  function fill(kept) {
    for (const field of form.elements) {
      if (!field.name || ["hidden", "submit"].includes(field.type)) continue;
      const values = kept[field.name] || [];
      if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
      else field.value = values[0] ?? "";
    }
  }

  function offer(key, note) {
    note.textContent = "上次没有保存的内容已填回。";
    const drop = document.createElement("button");
    drop.type = "button";
    drop.textContent = "不要了，恢复原样";
    drop.addEventListener("click", () => {
      sessionStorage.removeItem(key);
      form.reset();
      delete form.dataset.dirty;
      note.hidden = true;
    });
    note.append(drop);
    note.hidden = false;
  }

  if (form) {
    const key = `draft:${form.dataset.draft}:${form.dataset.version}`;
    const kept = sessionStorage.getItem(key);
    if (kept && !("refused" in form.dataset)) {
      fill(JSON.parse(kept));
      offer(key, form.querySelector("[data-draft-note]"));
    }
    form.addEventListener("input", () => {
      form.dataset.dirty = "";
      sessionStorage.setItem(key, JSON.stringify(contents()));
    });
    form.addEventListener("submit", () => sessionStorage.setItem("sent", key));
  }

  // Only the page that follows a success lets go of what was typed: a refusal or a lost connection must not.
  if (document.querySelector("[data-settles]")) {
    sessionStorage.removeItem(sessionStorage.getItem("sent") || "");
    sessionStorage.removeItem("sent");
  }

  // Choosing the present value makes the field show it is not needed; choosing mine gives it back.
  for (const choice of document.querySelectorAll(".clash input[type=radio]")) {
    choice.addEventListener("change", () => {
      const field = document.getElementById(`f-${choice.name.slice(5)}`);
      if (field && "readOnly" in field) field.readOnly = choice.value === "current" && choice.checked;
    });
  }

  for (const busy of document.querySelectorAll("form[data-busy]")) {
    busy.addEventListener("submit", () => {
      const button = busy.querySelector(".button");
      button.setAttribute("aria-busy", "true");
      button.textContent = busy.dataset.busy;
    });
  }
})();
