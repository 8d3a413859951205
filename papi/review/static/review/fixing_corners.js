// Four corners set on a picture, by click or by a cross that arrow keys move.
const START = [[0.062, 0.044], [0.938, 0.044], [0.938, 0.956], [0.062, 0.956]];
const STEP = 12, FINE = 1, NEAR = 2.5;

export class Corners {
  constructor(viewer, magnifier, changed) {
    this.viewer = viewer;
    this.magnifier = magnifier;
    this.changed = changed;
    this.points = [null, null, null, null];
    this.on = false;
    this.now = 0;
    this.cross = START[0];
    const canvas = viewer.canvas;
    canvas.addEventListener("pointermove", (event) => this.on && this.move([event.offsetX, event.offsetY]));
    canvas.addEventListener("click", (event) => this.on && this.clicked([event.offsetX, event.offsetY]));
  }

  toggle(on) {
    this.on = on;
    this.viewer.still = on;
    this.magnifier.hidden = !on;
    if (on) { this.viewer.whole(); this.take(this.firstLeft()); }
    this.tell();
  }

  get complete() { return this.points.every(Boolean); }

  firstLeft() {
    const left = this.points.findIndex((point) => !point);
    return left < 0 ? 3 : left;
  }

  // Make a corner the one that is set next; the cross goes where it probably is.
  take(number) {
    this.now = number;
    const { naturalWidth: w, naturalHeight: h } = this.viewer.image;
    const [tw, th] = this.viewer.size;
    const [u, v] = START[number];
    this.cross = this.points[number] || this.viewer.unturn([u * tw, v * th], w, h);
    this.viewer.draw();
  }

  move(point) {
    this.cross = this.viewer.toShare(point);
    this.viewer.draw();
  }

  nudge(dx, dy, fine) {
    const [x, y] = this.viewer.toCanvas(this.cross);
    const step = fine ? FINE : STEP;
    this.move([x + dx * step, y + dy * step]);
  }

  clicked(point) {
    this.cross = this.viewer.toShare(point);
    this.set();
  }

  set() {
    this.points[this.now] = this.cross;
    if (!this.complete) this.take(this.firstLeft());
    this.tell();
  }

  drop() {
    const last = this.points.map(Boolean).lastIndexOf(true);
    if (last >= 0) { this.points[last] = null; this.take(last); this.tell(); }
  }

  tell() {
    this.changed(this);
    this.viewer.draw();
  }

  get text() {
    if (!this.complete) return "";
    return this.points.map((point) => point.map((part) => part.toFixed(6)).join(",")).join(" ");
  }

  // Keys while corners are set; true if it was one of them.
  key(event) {
    const fine = event.shiftKey;
    const deeds = {
      ArrowLeft: () => this.nudge(-1, 0, fine), ArrowRight: () => this.nudge(1, 0, fine),
      ArrowUp: () => this.nudge(0, -1, fine), ArrowDown: () => this.nudge(0, 1, fine),
      Backspace: () => this.drop(),
    };
    if (deeds[event.key]) deeds[event.key]();
    else if (/^[1-4]$/.test(event.key)) { this.points[event.key - 1] = null; this.take(event.key - 1); this.tell(); }
    else return false;
    return true;
  }

  paint(context) {
    const at = this.points.map((point) => point && this.viewer.toCanvas(point));
    if (this.complete) this.outline(context, at);
    at.forEach((point, number) => point && this.dot(context, point, number + 1));
    if (!this.on || this.complete) { this.magnifier.hidden = true; return; }
    this.magnifier.hidden = false;
    const [x, y] = this.viewer.toCanvas(this.cross);
    context.strokeStyle = "#d0192b";
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x - 22, y); context.lineTo(x + 22, y);
    context.moveTo(x, y - 22); context.lineTo(x, y + 22);
    context.stroke();
    this.enlarge(x);
  }

  outline(context, at) {
    context.strokeStyle = "#0b5a8f";
    context.lineWidth = 2;
    context.beginPath();
    at.forEach(([x, y], number) => (number ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.closePath();
    context.stroke();
  }

  dot(context, [x, y], number) {
    context.fillStyle = "#0b5a8f";
    context.beginPath();
    context.arc(x, y, 4, 0, 2 * Math.PI);
    context.fill();
    context.font = "bold 16px sans-serif";
    context.fillText(String(number), x + 7, y - 7);
  }

  enlarge(x) {
    const glass = this.magnifier, context = glass.getContext("2d");
    glass.classList.toggle("left", x > this.viewer.canvas.width / 2);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = "#6d7780";
    context.fillRect(0, 0, glass.width, glass.height);
    this.viewer.drawOn(context, glass, NEAR, this.viewer.turn(this.cross));
    context.strokeStyle = "#d0192b";
    context.beginPath();
    context.moveTo(0, glass.height / 2); context.lineTo(glass.width, glass.height / 2);
    context.moveTo(glass.width / 2, 0); context.lineTo(glass.width / 2, glass.height);
    context.stroke();
  }
}
