// Screen: one page that waits. Letters work while the picture has the focus; Esc goes there.
import { Viewer, viewKey } from "./fixing_viewer.js";
import { Corners } from "./fixing_corners.js";
import { checkId } from "./fixing_id.js";

const root = document.getElementById("fix");
const find = (id) => document.getElementById(id);
const words = root.dataset;
const first = Number(words.turns);
const canvas = find("view");
let viewer = null, corners = null;

function tellCorners(state) {
  find("corners").value = state.text;
  find("corner").setAttribute("aria-pressed", String(state.on));
  for (let n = 0; n < 4; n += 1) {
    find(`c${n + 1}`).classList.toggle("set", Boolean(state.points[n]));
    find(`c${n + 1}`).classList.toggle("now", state.on && !state.complete && n === state.now);
  }
  if (state.complete) find("told").textContent = words.done;
  else if (state.on) find("told").textContent = `${words.ask} ${state.now + 1}: ${words[`corner${state.now + 1}`]}`;
}

function turn(quarters) {
  viewer.rotate(quarters);
  find("turns").value = viewer.turns === first ? "" : String(viewer.turns);
  if (corners.on) corners.take(corners.now);
}

const deeds = {
  e: () => turn(3), r: () => turn(1),
  s: () => { canvas.focus(); corners.toggle(!corners.on); },
  1: () => viewer.part(0), 2: () => viewer.part(1), 3: () => viewer.part(2),
};
const buttons = { k: "blank", a: "foreign", u: "again", i: "form_id" };

function pressed(key) {
  const small = key.toLowerCase();
  if (buttons[small]) { find(buttons[small]).focus(); return true; }
  if (small === "n" && find("skip")) { find("skip").click(); return true; }
  if (!viewer || !viewer.image) return false;
  if (deeds[small]) { deeds[small](); return true; }
  return viewKey(viewer, key);
}

function onCanvas(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  let done = false;
  if (event.key === "Escape" && corners && corners.on) { corners.toggle(false); done = true; }
  else if (event.key === "Enter") {
    if (corners && corners.on && !corners.complete) corners.set(); else find("read").click();
    done = true;
  } else if (corners && corners.on && corners.key(event)) done = true;
  else done = pressed(event.key);
  if (done) event.preventDefault();
}

function watchId() {
  const input = find("form_id"), told = find("check");
  const show = () => {
    const [state, missing] = checkId(input.value);
    told.className = `check ${{ good: "ok", bad: "no", strange: "no" }[state] || ""}`;
    told.textContent = state === "short" ? `${missing} ${words.short}` : words[state] || "";
    return state;
  };
  input.addEventListener("input", () => { if (show() === "good" && !find("page").value) find("page").focus(); });
  show();
}

function watchForm() {
  find("say").addEventListener("submit", () => {
    if (find("busy")) find("busy").textContent = words.busy;
    setTimeout(() => document.querySelectorAll("#say button").forEach((button) => { button.disabled = true; }));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !canvas || event.target === canvas) return;
    event.preventDefault();
    canvas.focus();
  });
}

async function begin() {
  watchForm();
  if (!canvas) return;
  watchId();
  viewer = new Viewer(canvas, first, (context) => corners && corners.paint(context));
  corners = new Corners(viewer, find("magnifier"), tellCorners);
  canvas.addEventListener("keydown", onCanvas);
  document.querySelectorAll("[data-key]").forEach((button) =>
    button.addEventListener("click", () => pressed(button.dataset.key)));
  if (!document.querySelector("[autofocus]")) canvas.focus();
  try {
    await viewer.load(canvas.dataset.src);
    root.dataset.ready = "yes";
  } catch (error) {
    find("told").textContent = words.gone;
    root.dataset.ready = "no";
  }
}

begin();
