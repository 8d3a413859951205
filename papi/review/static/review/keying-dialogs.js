/* What lies over the field for a moment: its whole page, a question, the way back in. */

const STEP_PX = 120;

export class Dialogs {
  constructor(root, closed) {
    this.root = root;
    this.pageBox = root.querySelector("#k-page");
    this.askBox = root.querySelector("#k-ask");
    this.loginBox = root.querySelector("#k-login");
    this.scroller = this.pageBox.querySelector(".sheet");
    [this.pageBox, this.askBox, this.loginBox].forEach((box) => box.addEventListener("close", closed));
    this.pageBox.addEventListener("keydown", (event) => this.movePage(event));
    this.askBox.querySelector("form").addEventListener("submit", (event) => this.asked(event));
    this.loginBox.addEventListener("cancel", (event) => event.preventDefault());
  }

  get open() {
    return this.pageBox.open || this.askBox.open || this.loginBox.open;
  }

  /** Show the whole page, scrolled to the field. */
  page(task) {
    const picture = new Image();
    picture.alt = task.pageAlt;
    picture.onload = () => {
      this.scroller.scrollTop = picture.clientHeight * task.height - this.scroller.clientHeight / 2;
    };
    picture.src = task.pageUrl;
    this.scroller.replaceChildren(picture);
    this.pageBox.showModal();
    this.scroller.focus();
  }

  movePage(event) {
    const move = { ArrowDown: STEP_PX, ArrowUp: -STEP_PX }[event.key];
    if (event.key === "F2") this.pageBox.close();
    else if (move) this.scroller.scrollTop += move;
    else return;
    event.preventDefault();
    event.stopPropagation(); // the screen beneath would open it again
  }

  /** Ask for a few words; Escape leaves it. */
  ask(then) {
    this.then = then;
    const field = this.askBox.querySelector("input");
    field.value = "";
    this.askBox.showModal();
    field.focus();
  }

  asked(event) {
    event.preventDefault();
    const note = this.askBox.querySelector("input").value.trim();
    if (!note) return;
    this.askBox.close();
    this.then(note);
  }

  /** The session ended: what is typed stays here and is sent after the login. */
  login() {
    if (this.loginBox.open) return;
    if (this.pageBox.open) this.pageBox.close();
    this.loginBox.showModal();
  }
}
