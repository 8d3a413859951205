/* What somebody had half typed is kept for a new login (keying.js), but not past logging out.
Answers that no server has confirmed stay until the tab is closed: leaving them warns. */

const UNSENT = "papi.keying.";

function forget() {
  Object.keys(sessionStorage)
    .filter((place) => !place.startsWith(UNSENT))
    .forEach((place) => sessionStorage.removeItem(place));
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-logout]")) return;
  window.addEventListener("pagehide", forget); // after the screen kept its draft
});
