// What is under way is asked for again until it has ended; then the whole page is loaded, with its outcome.
(() => {
  "use strict";
  const parser = new DOMParser();

  async function again(place) {
    const answer = await fetch(place.dataset.poll, { headers: { "X-Fragment": "job" } });
    if (!answer.ok) return place;
    const fresh = parser.parseFromString(await answer.text(), "text/html").querySelector("[data-poll]");
    if (!fresh) return place;
    if (!fresh.dataset.poll && place.matches(".job")) {
      location.reload();
      return null;
    }
    // Nobody's focus is taken away: what somebody stands on waits for the next time.
    if (place.contains(document.activeElement)) return place;
    place.replaceWith(fresh);
    return fresh;
  }

  function keep(place) {
    if (!place || !place.dataset.poll) return;
    setTimeout(() => again(place).then(keep, () => keep(place)), 1000 * Number(place.dataset.pollSeconds));
  }

  document.querySelectorAll("[data-poll]").forEach(keep);
})();
