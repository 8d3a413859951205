/* Answers on their way: kept until the server has confirmed each, sent again under the same key.

They are kept in sessionStorage: it outlives a reload and a new login, and ends with the tab, so
that nothing personal stays on a shared computer. An answer leaves it the moment it is confirmed. */

import { LoggedOut, NotTaken } from "./keying-api.js";

const BATCH = 20;
const AGAIN_MS = [1000, 2000, 4000, 8000];

export class Outbox {
  /** told: { result(entry, result), state(name, count) }; name: saved | sending | offline | login. */
  constructor(api, url, owner, told) {
    this.api = api;
    this.url = url;
    this.place = "papi.keying." + owner;
    this.told = told;
    this.entries = this.kept();
    this.failures = 0;
    this.timer = 0;
    this.running = null;
    window.addEventListener("online", () => this.flush());
  }

  get size() {
    return this.entries.length;
  }

  /** Items whose answers are not confirmed: the server must not hand them out again. */
  get items() {
    return this.entries.map((entry) => entry.answer.item);
  }

  add(answer, task) {
    this.entries.push({ answer, task, tried: false });
    this.keep();
    this.tell(this.failures ? "offline" : "sending");
    if (!this.failures) this.flush(); // else the clock or the network's return does
  }

  /** Take back the newest answer if it never left; null if it may be on the server. */
  takeBack() {
    const last = this.entries[this.entries.length - 1];
    if (!last || last.tried) return null;
    this.entries.pop();
    this.keep();
    this.tell(!this.size ? "saved" : this.failures ? "offline" : "sending");
    return last;
  }

  /** Send everything; one run at a time. Resolves when a run ends, sent or not. */
  flush() {
    clearTimeout(this.timer);
    this.running = this.running || this.run().finally(() => (this.running = null));
    return this.running;
  }

  async run() {
    while (this.entries.length) {
      const batch = this.entries.slice(0, BATCH);
      batch.forEach((entry) => (entry.tried = true));
      try {
        const reply = await this.api.post(this.url, { answers: batch.map((e) => e.answer) });
        this.failures = 0;
        reply.results.forEach((result) => this.settle(result));
      } catch (error) {
        if (error instanceof NotTaken) await this.sendApart(batch);
        else return this.stop(error instanceof LoggedOut ? "login" : "offline");
      }
    }
    this.tell("saved");
  }

  /** One of several is malformed: find which, so that the others are not held up. */
  async sendApart(batch) {
    for (const entry of batch) {
      try {
        const reply = await this.api.post(this.url, { answers: [entry.answer] });
        reply.results.forEach((result) => this.settle(result));
      } catch (error) {
        if (!(error instanceof NotTaken)) throw error;
        this.settle({ client_key: entry.answer.client_key, state: "refused", problems: [] });
      }
    }
  }

  settle(result) {
    const entry = this.entries.find((one) => one.answer.client_key === result.client_key);
    if (!entry) return;
    this.entries = this.entries.filter((one) => one !== entry);
    this.keep();
    this.tell(this.size ? "sending" : "saved");
    this.told.result(entry, result);
  }

  stop(state) {
    this.tell(state);
    if (state === "login") return;
    const wait = AGAIN_MS[Math.min(this.failures, AGAIN_MS.length - 1)];
    this.failures += 1;
    this.timer = setTimeout(() => this.flush(), wait);
  }

  tell(state) {
    this.told.state(state, this.size);
  }

  keep() {
    try {
      if (this.size) sessionStorage.setItem(this.place, JSON.stringify(this.entries));
      else sessionStorage.removeItem(this.place);
    } catch (error) {
      /* no room or not allowed: they live in this page alone, and leaving it warns */
    }
  }

  kept() {
    try {
      const found = JSON.parse(sessionStorage.getItem(this.place) || "[]");
      return found.map((entry) => ({ ...entry, tried: true }));
    } catch (error) {
      return [];
    }
  }
}
