// A page on a canvas: turned, enlarged, moved. Points are kept in shares of the stored picture, so
// that neither the turn nor the size of the window matters.
const LEAST = 0.05, MOST = 6, ROOM = 0.97;

export class Viewer {
  constructor(canvas, turns, paint) {
    this.canvas = canvas;
    this.turns = turns;
    this.paint = paint || (() => {});
    this.image = null;
    this.stored = [0, 0];
    this.fitted = true;
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement);
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.drag(event));
  }

  async load(address) {
    const reply = await fetch(address, { credentials: "same-origin" });
    if (!reply.ok) throw new Error(String(reply.status));
    this.stored = reply.headers.get("X-Stored-Size").split(" ").map(Number);
    const image = new Image();
    image.src = URL.createObjectURL(await reply.blob());
    await image.decode();
    this.image = image;
    this.resize();
    this.whole();
  }

  get size() {
    const { naturalWidth: w, naturalHeight: h } = this.image;
    return this.turns % 2 ? [h, w] : [w, h];
  }

  resize() {
    const room = this.canvas.parentElement;
    this.canvas.width = room.clientWidth;
    this.canvas.height = room.clientHeight;
    if (this.image && this.fitted) this.whole(); else this.draw();
  }

  whole() {
    if (!this.image) return;
    const [w, h] = this.size;
    this.scale = ROOM * Math.min(this.canvas.width / w, this.canvas.height / h);
    this.center = [w / 2, h / 2];
    this.fitted = true;
    this.draw();
  }

  // Show the page in full width, a third of it: 0 head, 1 middle, 2 foot.
  part(which) {
    if (!this.image) return;
    const [w, h] = this.size;
    this.scale = ROOM * this.canvas.width / w;
    const half = this.canvas.height / this.scale / 2;
    const y = [Math.min(half, h / 2), h / 2, Math.max(h - half, h / 2)][which];
    this.show([w / 2, y]);
  }

  zoom(factor, at) {
    if (!this.image) return;
    const fixed = at || [this.canvas.width / 2, this.canvas.height / 2];
    const before = this.toTurned(fixed);
    this.scale = Math.min(MOST, Math.max(LEAST, this.scale * factor));
    const after = this.toTurned(fixed);
    this.show([this.center[0] + before[0] - after[0], this.center[1] + before[1] - after[1]]);
  }

  pan(dx, dy) {
    if (!this.image) return;
    this.show([this.center[0] + dx / this.scale, this.center[1] + dy / this.scale]);
  }

  show(center) {
    const [w, h] = this.size;
    this.center = [Math.min(w, Math.max(0, center[0])), Math.min(h, Math.max(0, center[1]))];
    this.fitted = false;
    this.draw();
  }

  // Enlarge a rectangle of the stored picture (px of the original).
  showStored(left, top, right, bottom) {
    const corners = [[left, top], [right, bottom]].map(([x, y]) =>
      this.turn([x / this.stored[0], y / this.stored[1]]));
    const width = Math.abs(corners[0][0] - corners[1][0]);
    const height = Math.abs(corners[0][1] - corners[1][1]);
    this.scale = Math.min(2.5, 0.8 * Math.min(this.canvas.width / width, this.canvas.height / height));
    this.mark = corners;
    this.show([(corners[0][0] + corners[1][0]) / 2, (corners[0][1] + corners[1][1]) / 2]);
  }

  rotate(quarters) {
    this.turns = (this.turns + quarters + 4) % 4;
    this.mark = null;
    this.whole();
  }

  // Shares of the stored picture -> px of the turned one, and back.
  turn([u, v]) {
    const { naturalWidth: w, naturalHeight: h } = this.image;
    const x = u * w, y = v * h;
    return [[x, y], [h - y, x], [w - x, h - y], [y, w - x]][this.turns];
  }

  unturn([x, y]) {
    const { naturalWidth: w, naturalHeight: h } = this.image;
    const [a, b] = [[x, y], [y, h - x], [w - x, h - y], [w - y, x]][this.turns];
    return [a / w, b / h];
  }

  toTurned([x, y]) {
    return [(x - this.canvas.width / 2) / this.scale + this.center[0],
      (y - this.canvas.height / 2) / this.scale + this.center[1]];
  }

  toCanvas(share) {
    const [x, y] = this.turn(share);
    return [(x - this.center[0]) * this.scale + this.canvas.width / 2,
      (y - this.center[1]) * this.scale + this.canvas.height / 2];
  }

  toShare(point) { return this.unturn(this.toTurned(point)); }

  draw() {
    const context = this.canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (!this.image) return;
    this.drawOn(context, this.canvas, this.scale, this.center);
    if (this.mark) this.drawMark(context);
    this.paint(context, this);
  }

  drawOn(context, canvas, scale, center) {
    const { naturalWidth: w, naturalHeight: h } = this.image;
    context.save();
    context.translate(canvas.width / 2 - center[0] * scale, canvas.height / 2 - center[1] * scale);
    context.scale(scale, scale);
    context.translate(...[[0, 0], [h, 0], [w, h], [0, w]][this.turns]);
    context.rotate(this.turns * Math.PI / 2);
    context.imageSmoothingQuality = "high";
    context.drawImage(this.image, 0, 0);
    context.restore();
  }

  drawMark(context) {
    const [a, b] = this.mark.map(([x, y]) => [(x - this.center[0]) * this.scale + this.canvas.width / 2,
      (y - this.center[1]) * this.scale + this.canvas.height / 2]);
    context.strokeStyle = "#d0552b";
    context.lineWidth = 3;
    context.strokeRect(Math.min(a[0], b[0]) - 4, Math.min(a[1], b[1]) - 4,
      Math.abs(a[0] - b[0]) + 8, Math.abs(a[1] - b[1]) + 8);
  }

  wheel(event) {
    event.preventDefault();
    this.zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, [event.offsetX, event.offsetY]);
  }

  drag(event) {
    if (!this.image || this.still) return;
    let [x, y] = [event.clientX, event.clientY];
    const move = (now) => {
      this.pan(x - now.clientX, y - now.clientY);
      [x, y] = [now.clientX, now.clientY];
    };
    const end = () => {
      this.canvas.removeEventListener("pointermove", move);
      this.canvas.removeEventListener("pointerup", end);
    };
    this.canvas.setPointerCapture(event.pointerId);
    this.canvas.addEventListener("pointermove", move);
    this.canvas.addEventListener("pointerup", end);
  }
}

// What arrows, plus, minus and digits do to a picture; true if the key was one of them.
export function viewKey(viewer, key) {
  const step = 60;
  const deeds = {
    ArrowLeft: () => viewer.pan(-step, 0), ArrowRight: () => viewer.pan(step, 0),
    ArrowUp: () => viewer.pan(0, -step), ArrowDown: () => viewer.pan(0, step),
    PageUp: () => viewer.pan(0, -400), PageDown: () => viewer.pan(0, 400),
    "+": () => viewer.zoom(1.3), "=": () => viewer.zoom(1.3), "-": () => viewer.zoom(1 / 1.3),
    "0": () => viewer.whole(),
  };
  if (!deeds[key]) return false;
  deeds[key]();
  return true;
}
