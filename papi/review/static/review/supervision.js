/* Lists to choose from, the page scrolled to its field, and one key to approve. */
"use strict";
(() => {
  const list = document.querySelector("[data-choose]");
  if (list) {
    const boxes = Array.from(list.querySelectorAll("input[name=chosen]"));
    const all = list.querySelector("[data-all]");
    const count = list.querySelector("[data-count]");
    const tell = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      if (count) count.textContent = String(chosen);
      if (all) { all.checked = chosen === boxes.length; all.indeterminate = chosen > 0 && !all.checked; }
    };
    list.addEventListener("change", (event) => {
      if (event.target === all) boxes.forEach((box) => { box.checked = all.checked; });
      tell();
    });
    tell();
  }

  const view = document.querySelector("[data-scroll-to]");
  const image = view && view.querySelector("img");
  const scroll = () => {
    const at = Number(view.dataset.scrollTo) / 100;
    view.scrollTop = at * image.clientHeight - view.clientHeight / 2;
  };
  if (image) {
    if (image.complete) scroll();
    else image.addEventListener("load", scroll);
  }

  const here = document.querySelector("[data-fields] [aria-current]");
  if (here) here.scrollIntoView({ block: "nearest" });
  const move = (step) => {
    const links = Array.from(document.querySelectorAll("[data-fields] a"));
    const next = links[links.indexOf(here) + step];
    if (next) next.click();
  };
  const approve = document.querySelector("[data-approve] button[name=next]");
  document.addEventListener("keydown", (event) => {
    if (!event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" && approve && !/^(TEXTAREA|SELECT)$/.test(event.target.tagName)) {
      event.preventDefault();
      approve.click();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && here && event.target.tagName !== "TEXTAREA") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    }
  });
})();
