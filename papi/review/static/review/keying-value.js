/* The input of one field: what may be typed, boxes counted, codes chosen, a date said in words. */

const DATE_BOXES = 8;

/** A code as it compares: "05" on the list is "5" in the box. */
const bare = (code) => code.replace(/^0+(?=\d)/, "");

export class ValueInput {
  constructor(root, language) {
    this.input = root.querySelector("#k-value");
    this.count = root.querySelector("#k-count");
    this.meaning = root.querySelector("#k-meaning");
    this.codes = root.querySelector("#k-codes");
    this.template = root.querySelector("#k-code");
    this.days = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric" });
    this.input.addEventListener("input", () => this.typed());
    this.codes.addEventListener("click", (event) => this.clicked(event));
  }

  get value() {
    return this.input.value.trim();
  }

  /** Make ready for a task, with what was typed of it before. */
  show(task, value) {
    this.task = task;
    this.boxes = task.kind === "date" ? DATE_BOXES : task.most;
    this.listed = task.codes.length > 0;
    const boxed = ["digits", "date", "capitals", "code"].includes(task.kind) && this.boxes > 0;
    this.input.className = boxed ? "boxes" : task.kind === "text" ? "wide" : "short";
    this.input.style.setProperty("--boxes", String(boxed ? this.boxes : 1));
    this.input.maxLength = task.kind === "date" ? 10 : Math.max(task.most, 1) + (task.multiple ? 8 : 0);
    this.input.inputMode = task.kind === "digits" || task.kind === "date" ? "numeric" : "text";
    this.input.value = value;
    this.list();
    this.typed();
  }

  list() {
    this.codes.textContent = "";
    this.codes.hidden = !this.listed;
    const many = this.task.codes.length;
    this.codes.className = "codes" + (many > 12 ? " many" : many < 5 ? " few" : "");
    this.task.codes.forEach(([code, meaning]) => {
      const row = this.template.content.cloneNode(true);
      row.querySelector("button").value = code;
      row.querySelector("b").textContent = code;
      row.querySelector("span").textContent = meaning;
      this.codes.append(row);
    });
  }

  typed() {
    const plain = this.cleaned(this.input.value);
    if (plain !== this.input.value) this.input.value = plain;
    const boxed = this.input.className === "boxes";
    this.count.textContent = boxed && this.boxes > 1 ? this.letters() + " / " + this.boxes : "";
    this.meaning.textContent = this.inWords();
    this.codes.querySelectorAll("button").forEach((button) => {
      const chosen = this.chosen().map(bare).includes(bare(button.value));
      button.classList.toggle("chosen", chosen);
      button.setAttribute("aria-pressed", String(chosen));
    });
  }

  letters() {
    return this.task.kind === "date" ? this.digits().length : this.value.length;
  }

  digits() {
    return this.value.replace(/\D/g, "");
  }

  cleaned(text) {
    if (this.task.kind === "digits") return text.replace(/\D/g, "").slice(0, this.boxes);
    if (this.task.kind === "date") return text.replace(/[^\d\-/. ]/g, "");
    if (this.task.kind === "choice") return text.replace(/[^\d ]/g, "");
    return text.toUpperCase();
  }

  chosen() {
    return this.task.multiple ? this.value.split(/\s+/) : [this.value];
  }

  inWords() {
    if (this.task.kind === "date") return this.dateInWords();
    if (!this.listed) return "";
    const meanings = new Map(this.task.codes.map(([code, meaning]) => [bare(code), meaning]));
    return this.chosen().map((code) => meanings.get(bare(code)) || "").filter(Boolean).join(" + ");
  }

  dateInWords() {
    const text = this.digits();
    if (text.length !== DATE_BOXES) return "";
    const [day, month, year] = [text.slice(0, 2), text.slice(2, 4), text.slice(4)].map(Number);
    const date = new Date(year, month - 1, day);
    const real = date.getFullYear() === year && date.getMonth() === month - 1;
    return real && date.getDate() === day ? this.days.format(date) : "";
  }

  clicked(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const codes = new Set(this.chosen().filter(Boolean));
    if (!this.task.multiple) codes.clear();
    if (!codes.delete(button.value)) codes.add(button.value);
    this.input.value = [...codes].join(" ");
    this.typed();
    this.input.focus();
  }
}
