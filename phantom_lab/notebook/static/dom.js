// What every part is drawn with. Text only: nothing of the data is ever read as markup.
// The files of this folder are one module, put together in Python: they share one scope.

// A datapath is copied as it is, and shown without what would turn the words around it.
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const straight = (text) => String(text).replace(TURNING, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

// Elements with data-lm-suppress-shortcuts: JupyterLab matches its keys against whatever has the focus.
function el(tag, cls, text) {
  const node = document.createElement(tag);
  node.dataset.lmSuppressShortcuts = "true";
  if (cls) node.className = cls;
  if (text !== undefined) node.textContent = straight(text);
  return node;
}

function svg(tag, attributes = {}, text) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

// Icons are drawn, since not every font has a sign for it.
function icon(path) {
  const drawn = svg("svg", { viewBox: "0 0 12 12", class: "phl-icon", "aria-hidden": "true" });
  drawn.append(svg("path", { d: path }));
  return drawn;
}

// Whether something is told otherwise than the last time: what stays is not touched.
function news(drawn, told) {
  const text = JSON.stringify(told);
  if (drawn.told === text) return false;
  drawn.told = text;
  return true;
}

// A text that is what it was is no new one: the browser would lay it out and paint it again.
function say(node, text) {
  const told = straight(text);
  if (node.textContent !== told) node.textContent = told;
}

function button(cls, label, title, act) {
  const node = el("button", cls, label);
  node.type = "button";
  if (title) node.title = title;
  if (act) node.addEventListener("click", act);
  return node;
}

// Escape does what it does, wherever the focus is.
function shutting(node) {
  node.dataset.shuts = "true";
  return node;
}

// Not `disabled`: the browser takes the focus away from a button that is, and the next key would reach the notebook.
function enable(node, possible) { if (enabled(node) !== possible || !node.ariaDisabled) node.setAttribute("aria-disabled", String(!possible)); }
function enabled(node) { return node.getAttribute("aria-disabled") !== "true"; }

// Save stays JupyterLab's: it matches keys before any part sees them, so the mark is taken away for that moment.
function passSave(root) {
  const pass = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s" || !root.contains(event.target)) return;
    const marked = [];
    for (let node = event.target; node && node !== root.parentElement; node = node.parentElement) {
      if (node.dataset?.lmSuppressShortcuts) marked.push(node);
    }
    marked.forEach((node) => delete node.dataset.lmSuppressShortcuts);
    setTimeout(() => marked.forEach((node) => { node.dataset.lmSuppressShortcuts = "true"; }));
  };
  window.addEventListener("keydown", pass, true);
  return () => window.removeEventListener("keydown", pass, true);
}

// A page that did not come by https from another machine has no clipboard, and a frame may be forbidden to use it.
async function copyText(text) {
  try {
    return await navigator.clipboard.writeText(text);
  } catch {
    const before = document.activeElement, held = el("textarea", "phl-copying");
    held.value = text;
    (before?.closest?.(".phl") ?? document.body).append(held);
    held.select();
    document.execCommand("copy");
    before?.focus?.({ preventScroll: true });
    held.remove();
  }
}
