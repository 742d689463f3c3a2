// The invocations in their order: marks to click, and a table on demand.
const MARKS = { ran: "completed", raised: "raised an exception", failed: "was told of a failure", here: "has not ended" };

function timelinePart(box, panel) {
  const send = (message) => panel.send("timeline", message);
  const go = (n) => panel.send("head", { type: "go", n });
  const row = el("div", "phl-marks");
  row.setAttribute("role", "listbox");
  row.setAttribute("aria-label", "invocations");
  const earlier = button("phl-command phl-earlier", "‹", "earlier invocations");
  const later = button("phl-command phl-later", "›", "later invocations");
  const list = button("phl-command phl-list", "List", "the invocations as a table (key l)", () => send({ type: "list" }));
  panel.key("l", "the invocations as a table", () => list.click());
  const strip = el("div", "phl-strip");
  strip.append(earlier, row, later, list);
  const below = el("div");
  box.append(strip, below);
  const table = pagedTable(below, send, (line, column, view) => go(Number(view.rows[line][view.columns.indexOf("n")][0])),
    () => (node, subject) => panel.ask(node, subject));
  const marks = new Map();
  let view = {};
  earlier.addEventListener("click", () => send({ type: "window", first: view.first - view.window }));
  later.addEventListener("click", () => send({ type: "window", first: view.first + view.window }));

  const centre = () => {
    const current = marks.get(view.current);
    if (current) row.scrollLeft = current.offsetLeft - row.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
  };
  let width = 0;
  new ResizeObserver(([{ contentRect }]) => { if (contentRect.width !== width) { width = contentRect.width; centre(); } }).observe(row);

  function made(n) {
    const node = button("phl-mark", "", "", () => go(n));
    node.setAttribute("role", "option");
    node.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      event.stopPropagation();
      panel.ask(node, timeSubject(panel, n, node.dataset.block));
    });
    node.append(el("span", "phl-mark-n", String(n)), el("span", "phl-mark-name"));
    return node;
  }

  row.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const here = event.target.closest(".phl-mark");
    if (!here) return;
    if (step) {
      event.preventDefault();
      event.stopPropagation();
      (step < 0 ? here.previousElementSibling : here.nextElementSibling)?.focus();
    } else if (event.key === "m") {
      event.preventDefault();
      event.stopPropagation();
      panel.ask(here, timeSubject(panel, Number(here.dataset.n), here.dataset.block));
    }
  });

  return (given) => {
    view = given;
    const shown = new Set(view.marks.map((one) => one.n));
    for (const [n, node] of marks) if (!shown.has(n)) { node.remove(); marks.delete(n); }
    let before = null;
    for (const one of view.marks) {
      let node = marks.get(one.n);
      if (!node) { node = made(one.n); marks.set(one.n, node); }
      if (node.previousElementSibling !== before || node.parentElement !== row) before ? before.after(node) : row.prepend(node);
      before = node;
      if (!news(node, [one, one.n === view.current])) continue;
      node.dataset.n = one.n;
      node.dataset.block = one.block;
      node.dataset.state = one.state;
      node.lastChild.textContent = one.child ? `${one.child} › ${one.block}` : one.block;
      node.title = `${one.n} ${one.block}, ${MARKS[one.state]}: ${one.why}\n(right click or key m: re-run, fork, ask)`;
      node.setAttribute("aria-selected", String(one.n === view.current));
    }
    earlier.hidden = view.first <= 1;
    later.hidden = view.first + view.marks.length > view.last;
    list.setAttribute("aria-pressed", String(Boolean(view.table)));
    below.hidden = !view.table;
    if (view.table) table(view.table);
    queueMicrotask(centre);
  };
}

function timeSubject(panel, n, block) {
  return {
    title: `invocation ${n}, ${block}`, n, what: `${block}@${n}`,
    items: [
      ["Re-run to here: current code, recorded answers", () => panel.send("branches", { type: "rerun", n })],
      ["Fork here: go on otherwise, this run stays", () => panel.send("branches", { type: "fork", n })],
    ],
  };
}
