/* A floor plan to take hold of: by finger, by mouse or by arrow keys. What counts are the fields below the drawing; without this file they are all there is. */
(() => {
  "use strict";
  const drawing = document.querySelector("svg[data-floor]");
  if (!drawing) return;
  const CM = Number(drawing.dataset.scale); // units of the drawing in one centimetre
  const STEP = 10; // cm: where things snap to, and what an arrow key moves
  const field = (name) => document.querySelector(`[name="${name}"]`);
  const says = document.getElementById("floor-says");

  function names(part) {
    if (part.dataset.mark) return { x: field(`${part.dataset.mark}_x`), y: field(`${part.dataset.mark}_y`) };
    const at = part.dataset.at;
    return { x: field(`x-${at}`), y: field(`y-${at}`), width: field(`width-${at}`), depth: field(`depth-${at}`), shelf: field(`shelf-${at}`) };
  }
  const centimetres = (input) => Math.round(Number((input?.value || "0").replace(",", ".")) * 100) || 0;
  const write = (input, cm) => { input.value = String(cm / 100); };
  const store = () => ({ width: centimetres(field("width")), depth: centimetres(field("depth")) });
  const between = (value, least, most) => Math.max(least, Math.min(value, Math.max(least, most)));

  function place(part, x, y) {
    const inputs = names(part);
    const size = store();
    const wide = inputs.width ? centimetres(inputs.width) : 0;
    const deep = inputs.depth ? centimetres(inputs.depth) : 0;
    write(inputs.x, between(Math.round(x / STEP) * STEP, 0, size.width - wide));
    write(inputs.y, between(Math.round(y / STEP) * STEP, 0, size.depth - deep));
    show(part);
  }
  function resize(part, more, deeper) {
    const inputs = names(part);
    if (!inputs.width) return;
    const size = store();
    const before = centimetres(inputs.width);
    const boards = before ? centimetres(inputs.shelf) / before : 4;
    const wide = between(before + more, 20, size.width - centimetres(inputs.x));
    write(inputs.width, wide);
    write(inputs.depth, between(centimetres(inputs.depth) + deeper, 20, size.depth - centimetres(inputs.y)));
    if (more && inputs.shelf.value) write(inputs.shelf, Math.round(wide * boards));
    show(part);
  }
  function show(part) {
    const inputs = names(part);
    part.setAttribute("transform", `translate(${Math.round(centimetres(inputs.x) * CM)} ${Math.round(centimetres(inputs.y) * CM)})`);
    if (inputs.width) {
      const box = part.querySelector("rect");
      const wide = centimetres(inputs.width) * CM;
      const deep = centimetres(inputs.depth) * CM;
      const lower = (deep - Number(box.getAttribute("height"))) / 2;
      box.setAttribute("width", Math.round(wide));
      box.setAttribute("height", Math.round(deep));
      for (const text of part.querySelectorAll("text")) {
        const [, y, rest] = /translate\(\S+ (\S+)\)(.*)/.exec(text.getAttribute("transform"));
        text.setAttribute("transform", `translate(${Math.round(wide / 2)} ${Math.round(Number(y) + lower)})${rest}`);
      }
    }
    part.closest("form")?.setAttribute("data-dirty", "1");
  }
  function tell(part) {
    const inputs = names(part);
    const parts = [part.querySelector("text")?.textContent, `${inputs.x.value} m`, `${inputs.y.value} m`];
    if (inputs.width) parts.push(`${inputs.width.value} × ${inputs.depth.value} m`);
    says.textContent = parts.join(", ");
  }

  let held = null;
  const point = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse());
  drawing.addEventListener("pointerdown", (event) => {
    const part = event.target.closest(".zone");
    if (!part || event.button) return;
    const inputs = names(part);
    const from = point(event);
    held = { part, moved: false, dx: from.x / CM - centimetres(inputs.x), dy: from.y / CM - centimetres(inputs.y) };
    drawing.setPointerCapture(event.pointerId);
    part.classList.add("is-held");
    event.preventDefault();
    part.focus();
  });
  drawing.addEventListener("pointermove", (event) => {
    if (!held) return;
    const to = point(event);
    held.moved = true;
    place(held.part, to.x / CM - held.dx, to.y / CM - held.dy);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    drawing.addEventListener(name, () => {
      if (!held) return;
      held.part.classList.remove("is-held");
      if (held.moved) tell(held.part); else open(held.part);
      held = null;
    });
  }

  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  drawing.addEventListener("keydown", (event) => {
    const part = event.target.closest(".zone");
    if (!part) return;
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(part, true); return; }
    const way = WAYS[event.key];
    if (!way) return;
    event.preventDefault();
    const inputs = names(part);
    if (event.shiftKey) resize(part, way[0] * STEP, way[1] * STEP);
    else place(part, centimetres(inputs.x) + way[0] * STEP, centimetres(inputs.y) + way[1] * STEP);
    tell(part);
  });
  /* A tap, or Enter, opens the fields of a place. */
  function open(part, enter = false) {
    const box = part.dataset.at === undefined ? field(`${part.dataset.mark}_x`)?.closest("details") : document.getElementById(`zone-${part.dataset.at}`);
    if (!box) return;
    box.open = true;
    if (enter) box.querySelector("input")?.focus();
  }
  document.addEventListener("input", (event) => {
    const found = /^(?:x|y|width|depth)-(\d+)$/.exec(event.target.name || "");
    const mark = /^(door|till)_[xy]$/.exec(event.target.name || "");
    const part = drawing.querySelector(found ? `[data-at="${found[1]}"]` : mark ? `[data-mark="${mark[1]}"]` : "#nothing");
    if (part) show(part);
  });
})();
