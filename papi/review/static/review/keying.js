/* Key from image: one field at a time, by keyboard alone. Never waits for the server: answers leave
   in the background, and what comes back late is shown next. */

import { Api, LoggedOut } from "./keying-api.js";
import { Dialogs } from "./keying-dialogs.js";
import { Feed, withPicture } from "./keying-feed.js";
import { Outbox } from "./keying-outbox.js";
import { ValueInput } from "./keying-value.js";

const root = document.getElementById("keying");
const words = root.dataset;
const part = (name) => root.querySelector("#k-" + name);
const api = new Api(document.body.dataset.csrf);
const input = new ValueInput(root, document.documentElement.lang);
const dialogs = new Dialogs(root, () => current && focusOn(current));
const outbox = new Outbox(api, words.answersUrl, words.owner, { result: onResult, state: onState });
const ask = { kind: words.kind, form: words.form, work: words.work };
const feed = new Feed(api, words.nextUrl, ask, heldElsewhere, { more: onMore, counts: onCounts });
const counts = { today: 0, left: 0, most: Infinity };
const DRAFT = "papi.draft." + words.owner;
let current = null;
let shown = 0;
let keys = 0;
let asked = ""; // what Enter was asked to say twice: "blank", "doubt", or nothing

function heldElsewhere() {
  return [...(current ? [current.item] : []), ...outbox.items];
}

/* What is on the screen. */

function show(task) {
  current = task;
  root.classList.toggle("empty", !task);
  part("form").hidden = part("keys").hidden = !task;
  part("nothing").hidden = Boolean(task);
  part("picture").replaceChildren(...(task ? [task.picture] : []));
  say("", "");
  part("where").textContent = task ? task.where : "";
  if (!task) return showNothing();
  waitFor(task.picture);
  part("label").textContent = task.label;
  part("kind").textContent = words.kind ? "" : task.title;
  showExtras(task);
  input.show(task, task.typed || drafted(task));
  asked = task.problems && task.doubted ? "doubt" : "";
  say(task.problems ? task.problems.join(" ") : "", asked ? words.wordAgain : "");
  shown = performance.now();
  keys = 0;
  focusOn(task);
}

function focusOn(task) {
  if (task.compared.length && !task.typed) return part("options").querySelector("button").focus();
  part("value").focus();
  part("value").select();
}

/** Say that a picture is on its way; only the first of a session should ever be. */
function waitFor(picture) {
  part("picture").classList.toggle("waiting", !picture.complete);
  picture.onload = picture.onerror = () => part("picture").classList.remove("waiting");
}

function showNothing() {
  const state = !feed.dry ? "loading" : outbox.size ? "sending" : "done";
  part("nothing").querySelectorAll("[data-when]").forEach((text) => {
    text.hidden = text.dataset.when !== state;
  });
}

/** What only some tasks have: values to choose from, a clerk's question. */
function showExtras(task) {
  const options = optionsOf(task);
  const list = part("options");
  list.textContent = "";
  list.hidden = options.length === 0;
  options.forEach((value, index) => addOption("option", index, value));
  if (task.compared.length) addOption("other", options.length, "");
  part("question").hidden = !task.question && words.work !== "questions";
  part("question-text").textContent = task.question || words.wordCouldNot;
}

function optionsOf(task) {
  return task.compared.length ? task.compared : task.candidates;
}

function addOption(name, index, value) {
  const row = part(name).content.cloneNode(true);
  row.querySelector("kbd").textContent = (current.compared.length ? "" : "Alt+") + (index + 1);
  const text = value === words.unreadableMark ? words.wordUnreadable : value || words.wordBlank;
  if (row.querySelector("b")) row.querySelector("b").textContent = text;
  row.querySelector("button").dataset.option = String(index);
  part("options").append(row);
}

function say(text, more) {
  const place = part("message");
  place.textContent = "";
  place.hidden = !text && !more;
  if (text) place.append(Object.assign(document.createElement("strong"), { textContent: text + " " }));
  if (more) place.append(more);
}

/* What a person does. */

function enter() {
  if (!current) return;
  const value = part("value").value.trim();
  const same = asked === "doubt" && value === (current.typed || "");
  if (!value && !same && asked !== "blank") {
    asked = "blank";
    return say("", words.wordEmpty);
  }
  answer(words.entry, { value, confirmed: same });
}

function answer(kind, said) {
  const task = current;
  const before = task.before || { keys: 0, seconds: 0 };
  const made = {
    item: task.item,
    lease: task.lease,
    client_key: newKey(),
    kind,
    value: "",
    note: "",
    confirmed: false,
    keys: keys + before.keys,
    seconds: Math.min((performance.now() - shown) / 1000 + before.seconds, 3600),
    ...said,
  };
  next();
  counts.today += 1;
  counts.left = Math.max(counts.left - 1, 0);
  showCounts();
  outbox.add(made, bare(task));
}

function next() {
  show(feed.take() || null);
}

/** Show the last answer again: from here if it never left, else from the server. */
async function undo() {
  const last = outbox.takeBack();
  if (last) return bring(last.task, last.answer.value);
  if (outbox.size) await outbox.flush();
  if (outbox.size) return say("", words.wordUnsaved);
  try {
    const reply = await api.post(words.undoUrl, { work: words.work });
    if (reply.task) bring(reply.task, reply.task.typed || "");
    else say("", words.wordNothingToUndo);
  } catch (error) {
    if (error instanceof LoggedOut) dialogs.login();
    else say("", words.wordOffline);
  }
}

function bring(task, typed) {
  if (current) feed.putBack({ ...current, typed: part("value").value });
  counts.today = Math.max(counts.today - 1, 0);
  counts.left += 1;
  showCounts();
  show({ ...withPicture(task), typed, problems: null });
}

/** Take the value of an option; the one after the last is "something else": type it. */
function choose(index) {
  const options = optionsOf(current);
  if (index > options.length || (index === options.length && !current.compared.length)) return;
  const value = index < options.length ? options[index] : "";
  if (value === words.unreadableMark) return answer(words.escape, {});
  part("value").value = value;
  input.typed();
  say("", "");
  asked = value || index === options.length ? "" : "blank";
  part("options").querySelectorAll("button").forEach((button, place) => {
    button.classList.toggle("chosen", place === index);
  });
  const typing = index === options.length || !current.compared.length;
  (typing ? part("value") : part("options").querySelectorAll("button")[index]).focus();
}

function askSupervisor() {
  if (words.ask === "back") return answer("back", {});
  dialogs.ask((note) => answer(words.ask, { note }));
}

const ACTIONS = {
  Enter: enter,
  Escape: () => answer(words.escape, {}),
  F2: () => dialogs.page(current),
  F4: askSupervisor,
  F8: undo,
};

function onKey(event) {
  if (dialogs.open || event.isComposing) return;
  if (current && isOptionKey(event)) {
    event.preventDefault();
    keys += 1;
    return choose(Number(event.key) - 1);
  }
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  keys += event.key.length === 1 || event.key in ACTIONS || event.key === "Backspace" ? 1 : 0;
  const action = ACTIONS[event.key];
  if (!action || event.repeat || isOtherControl(event)) return;
  if (!current && event.key !== "F8") return;
  event.preventDefault();
  action();
}

/** Between two entries a bare digit chooses, until something is typed; a candidate wants Alt. */
function isOptionKey(event) {
  if (!/^[1-9]$/.test(event.key) || event.ctrlKey || event.metaKey) return false;
  return event.altKey || (current.compared.length > 0 && event.target !== part("value"));
}

/** Enter on a link or button elsewhere is that link's or button's. */
function isOtherControl(event) {
  return event.key === "Enter" && event.target !== part("value") && event.target.closest("a, summary, .bar button, .keys button, .codes button");
}

/* What the server says. */

function onResult(entry, result) {
  if (result.state === "taken") return;
  if (result.state === "lost") return notice(words.wordLost);
  counts.today = Math.max(counts.today - 1, 0);
  const problems = result.problems.length ? result.problems : [words.wordRefused];
  const { value: typed, keys: pressed, seconds } = entry.answer;
  const doubted = result.state === "doubted";
  const task = { ...entry.task, typed, problems, doubted, before: { keys: pressed, seconds } };
  if (current) feed.putBack(task);
  else show(withPicture(task));
}

function onState(state, size) {
  const place = part("saved");
  place.dataset.state = size && state === "saved" ? "sending" : state;
  const text = { saved: words.wordSaved, sending: words.wordSending, offline: words.wordUnsavedOffline };
  place.textContent = (text[place.dataset.state] || words.wordUnsavedLogin).replace("#", String(size));
  part("notice").textContent = state === "offline" ? words.wordGoOn : "";
  if (state === "login") dialogs.login();
  if (state === "saved" && !current) wake();
}

function onMore() {
  if (!current) show(feed.take() || null);
}

function onCounts(reply) {
  counts.today = reply.today + outbox.size;
  counts.left = Math.max(reply.left - outbox.size, 0);
  counts.most = reply.most;
  showCounts();
}

function showCounts() {
  part("today").textContent = String(counts.today);
  part("left").textContent = counts.left > counts.most ? `${counts.most}+` : String(counts.left);
}

function notice(text) {
  part("notice").textContent = text;
  setTimeout(() => (part("notice").textContent = ""), 8000);
}

/* Beginning, waiting, leaving. */

/** What was half typed of a task when this window was left, for a login or a reload. */
function drafted(task) {
  const [item, value] = (sessionStorage.getItem(DRAFT) || "").split("\n");
  if (Number(item) !== task.item) return "";
  sessionStorage.removeItem(DRAFT);
  return value;
}

function keepDraft() {
  const value = current ? part("value").value : "";
  if (value) sessionStorage.setItem(DRAFT, current.item + "\n" + value);
  else sessionStorage.removeItem(DRAFT);
}

const bare = ({ picture, problems, doubted, ...task }) => task;

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Ask for work while there is none: at once after a change, then every half minute. */
async function wake() {
  try {
    await feed.fill();
  } catch (error) {
    if (error instanceof LoggedOut) return dialogs.login();
    say("", words.wordOffline);
  }
  if (!current) showNothing();
}

root.addEventListener("submit", (event) => event.preventDefault());
part("value").addEventListener("input", () => {
  asked = "";
  say("", "");
});
part("options").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) choose(Number(button.dataset.option));
});
part("keys").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) ACTIONS[button.dataset.key]();
});
document.addEventListener("keydown", onKey);
window.addEventListener("online", () => wake());
window.addEventListener("beforeunload", (event) => {
  if (outbox.size) event.preventDefault();
});
window.addEventListener("pagehide", () => {
  keepDraft();
  const items = [...feed.items, ...(current ? [current.item] : [])];
  if (items.length) api.leave(words.releaseUrl, { items, handed: feed.handed });
});
setInterval(() => {
  if (!current) wake();
}, 30000);
setInterval(() => feed.renew().catch(() => {}), 90000);

show(null);
onState("saved", outbox.size);
if (outbox.size) outbox.flush();
wake();
