/* The next items, loaded ahead with their pictures decoded, so that a new one shows at once. */

const AHEAD = 5;
const LOW = 3;
const COUNT_EVERY = 10;

export class Feed {
  /** ask: what the server is asked besides, e.g. { kind: "nik" }; told: { more(), counts(reply) }. */
  constructor(api, url, ask, held, told) {
    this.api = api;
    this.url = url;
    this.ask = ask;
    this.heldElsewhere = held;
    this.told = told;
    this.queue = [];
    this.filling = null;
    this.calls = 0;
    this.dry = false;
    this.handed = null;
  }

  /** The next item, undefined if none is here. */
  take() {
    const task = this.queue.shift();
    if (this.queue.length < LOW) this.fill().catch(() => {});
    return task;
  }

  /** Put an item before all others. */
  putBack(task) {
    this.queue.unshift(withPicture(task));
  }

  get items() {
    return this.queue.map((task) => task.item);
  }

  /** Ask for more; one request at a time. `dry` afterwards: the server has none left. */
  fill() {
    this.filling = this.filling || this.load().finally(() => (this.filling = null));
    return this.filling;
  }

  /** Keep what is on the screen from being handed to somebody else. */
  renew() {
    const held = [...this.heldElsewhere(), ...this.items];
    return this.api.post(this.url, { ...this.ask, held, count: 0, counts: true }).then((reply) => {
      this.handed = reply.handed;
      this.told.counts(reply.counts);
    });
  }

  async load() {
    const held = [...this.heldElsewhere(), ...this.items];
    const counts = this.calls++ % COUNT_EVERY === 0;
    const count = Math.max(AHEAD - this.queue.length, 1);
    const reply = await this.api.post(this.url, { ...this.ask, held, count, counts });
    this.handed = reply.handed;
    const known = new Set([...this.heldElsewhere(), ...this.items]);
    reply.tasks.filter((task) => !known.has(task.item)).forEach((task) => {
      this.queue.push(withPicture(task));
    });
    this.dry = reply.tasks.length === 0;
    if (reply.counts) this.told.counts(reply.counts);
    this.told.more();
  }
}

/** Give a task its picture, on the way already. */
export function withPicture(task) {
  if (task.picture) return task;
  const picture = new Image();
  picture.className = "snip";
  picture.alt = task.alt;
  picture.src = task.snip;
  if (picture.decode) picture.decode().catch(() => {});
  return { ...task, picture };
}
