// Screen: two scans or more of one page; what is done to one picture is done to all.
import { Viewer, viewKey } from "./fixing_viewer.js";

const root = document.getElementById("fix");
const rows = [...document.querySelectorAll(".difference")];
const viewers = [...document.querySelectorAll("canvas.view")].map((canvas) =>
  new Viewer(canvas, Number(canvas.dataset.turns)));
let now = -1;

function difference(number) {
  now = (number + rows.length) % rows.length;
  rows.forEach((row, place) => row.classList.toggle("now", place === now));
  rows[now].scrollIntoView({ block: "nearest" });
  rows[now].dataset.places.split(";").slice(0, viewers.length).forEach((text, place) => {
    const edges = text.trim().split(/\s+/).map(Number);
    if (edges.length === 4 && viewers[place].image) viewers[place].showStored(...edges);
  });
}

function pressed(key) {
  const small = key.toLowerCase();
  const pick = document.querySelector(`[data-pick="${CSS.escape(key)}"]`);
  if (pick) { pick.focus(); return true; }
  if (small === "n" && document.getElementById("skip")) { document.getElementById("skip").click(); return true; }
  if (small === "d" && rows.length) { difference(now + (key === "D" ? -1 : 1)); return true; }
  if (small === "r") { viewers.forEach((viewer) => viewer.rotate(1)); return true; }
  return viewers.map((viewer) => viewer.image && viewKey(viewer, key)).some(Boolean);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const scrolled = event.target.closest && event.target.closest(".differences");
  if (scrolled && event.key.startsWith("Arrow")) return;
  if (pressed(event.key)) event.preventDefault();
});
document.querySelectorAll("[data-key]").forEach((button) =>
  button.addEventListener("click", () => pressed(button.dataset.key)));
rows.forEach((row, place) => row.querySelector("button").addEventListener("click", () => difference(place)));
document.querySelectorAll(".picks form").forEach((form) => form.addEventListener("submit", () => {
  document.getElementById("busy").textContent = root.dataset.busy;
  setTimeout(() => document.querySelectorAll(".picks button").forEach((button) => { button.disabled = true; }));
}));
Promise.all(viewers.map((viewer) => viewer.load(viewer.canvas.dataset.src))).then(
  () => { root.dataset.ready = "yes"; },
  () => { root.dataset.ready = "no"; document.getElementById("busy").textContent = root.dataset.gone; });
