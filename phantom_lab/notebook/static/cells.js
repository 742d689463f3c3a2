// What tables and tabs are drawn with: focus that stays, heads of datapaths, copying.
const COPY = "M4.5 3.5h6v7h-6z M2.5 8.5h-1v-7h6v1"; // two overlapping sheets
const RECORD = "M2 2.5h8 M2 6h8 M2 9.5h5";
const MORE = "M2 6h.01 M6 6h.01 M10 6h.01";
const ORIGIN = /^(.*?(?:action_result|custom_function_result|artifact:\*)\.)?(.*)$/s;
const NOT_AS_IT_WAS = { new: "new since the last step", changed: "changed since the last step", edited: "edited by hand" };

// Draws anew, and leaves the focus on what stands where it was; where nothing does, within the box.
function redraw(box, draw) {
  const active = document.activeElement;
  const inside = box.contains(active);
  const held = active?.dataset?.focus;
  draw();
  if (!inside || box.contains(document.activeElement)) return;
  const again = held && [...box.querySelectorAll("[data-focus]")].find((one) => one.dataset.focus === held);
  (again ?? box.querySelector(".phl-scroll") ?? box).focus({ preventScroll: true });
}

function focusable(node, name) {
  node.dataset.focus = name;
  return node;
}

function copyButton(path, name) {
  const copy = focusable(button("phl-copy", "", path ? "copy " + path : "too long to copy"), "copy " + name);
  copy.append(icon(COPY));
  copy.setAttribute("aria-label", "copy " + (path || name));
  enable(copy, Boolean(path));
  copy.addEventListener("click", async () => {
    if (!path) return;
    await copyText(path);
    copy.classList.add("phl-copied");
    copy.title = "copied";
    setTimeout(() => copy.classList.remove("phl-copied"), 900);
  });
  return copy;
}

// A datapath's head stands small above its tail, and only where it is another one than that of the column before.
function pathLabel(name, before = "") {
  const [, origin, tail] = ORIGIN.exec(name);
  const other = origin && origin !== ORIGIN.exec(before)[1];
  return [...(other ? [breakable("phl-origin", origin)] : []), breakable("phl-tail", tail)];
}

// A text that breaks behind its dots, colons and underscores.
function breakable(cls, text) {
  const node = el("span", cls);
  node.append(...text.split(/(?<=[._:])/).flatMap((part) => [document.createTextNode(part), el("wbr")]));
  return node;
}

const counted = (number) => number.toLocaleString("en");

// Heads of datapaths stand once above the columns that share one.
function origins(view) {
  const heads = view.columns.map((name) => ORIGIN.exec(name)[1] ?? "");
  if (!heads.some(Boolean)) return [];
  const row = el("tr");
  if (view.tidy) row.append(el("th", "phl-open"));
  for (let at = 0; at < heads.length;) {
    let end = at + 1;
    while (end < heads.length && heads[end] === heads[at]) end += 1;
    const cell = el("th", "phl-origin", heads[at]);
    cell.colSpan = end - at;
    cell.scope = "colgroup";
    cell.title = heads[at];
    row.append(cell);
    at = end;
  }
  return [row];
}
