// A grid by keyboard: arrows move, Space marks (the browser's own), Enter sends once, F8 undoes
// as on the keying screen, and so does Ctrl Z.
(function () {
  "use strict";
  const form = document.getElementById("grid");
  const boxes = Array.from(form.querySelectorAll("input[type=checkbox]"));
  const marked = document.getElementById("marked");
  let sent = false;

  function columns() {
    const top = boxes[0].parentElement.offsetTop;
    const second = boxes.findIndex(function (box) { return box.parentElement.offsetTop > top; });
    return second < 0 ? boxes.length : second;
  }

  function count() {
    marked.textContent = String(boxes.filter(function (box) { return box.checked; }).length);
  }

  function go(step) {
    const here = boxes.indexOf(document.activeElement);
    const next = boxes[here < 0 ? 0 : here + step];
    if (next) { next.focus(); }
  }

  function submit(id) {
    if (sent) { return; }
    sent = true;
    document.getElementById(id).submit();
  }

  document.addEventListener("keydown", function (event) {
    if (event.altKey || event.metaKey) { return; }
    if (event.ctrlKey) {
      if (event.key === "z") { event.preventDefault(); submit("undo"); }
      return;
    }
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns(), ArrowDown: columns() };
    const onButton = event.target.closest("button, a, summary");
    if (event.key in steps) {
      event.preventDefault();
      go(steps[event.key]);
    } else if (event.key === "Enter" && !onButton) {
      event.preventDefault();
      submit("grid");
    } else if (event.key === "F8") {
      event.preventDefault();
      submit("undo");
    } else if (event.key === "Escape") {
      submit("leave");
    }
  });
  form.addEventListener("submit", function (event) {
    if (sent) { event.preventDefault(); }
    sent = true;
  });
  form.addEventListener("change", count);
  window.addEventListener("pageshow", function () { sent = false; count(); });
}());
