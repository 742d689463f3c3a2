// The frame: places for the parts, their messages, and the keys.
const PLACES = {
  head: "top", editing: "top", outcome: "top", microscope: "top", graph: "panes", source: "panes", data: "panes",
  asking: "foot", timeline: "foot", queue: "foot", branches: "foot",
};
const DRAWN = {
  head: headPart, editing: editingPart, outcome: outcomePart, microscope: microscopePart, graph: graphPart,
  source: sourcePart, data: dataPart, asking: askingPart, timeline: timelinePart, queue: queuePart,
  branches: branchesPart,
};

// What has the focus may be redrawn, closed or hidden: the panel takes it then, else the next key would reach the
// notebook. This is told right after what was done, before another key can come.
function keepFocus(root) {
  let last = null;
  root.addEventListener("focusin", (event) => { last = event.target; });
  root.addEventListener("focusout", (event) => { if (event.relatedTarget && !root.contains(event.relatedTarget)) last = null; });
  const observer = new MutationObserver(() => {
    if (!last || (last.isConnected && !last.closest("[hidden]"))) return;
    if ([null, document.body, last].includes(document.activeElement)) root.focus({ preventScroll: true });
  });
  observer.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["hidden"] });
  return () => observer.disconnect();
}

function render({ model, el: root }) {
  root.classList.add("phl");
  root.tabIndex = 0;
  root.dataset.lmSuppressShortcuts = "true";
  root.setAttribute("role", "region");
  root.setAttribute("aria-label", "playbook run");
  const keys = new Map();
  const { menu, form, close } = opener(root);
  const panel = {
    root, menu, form,
    ask: (anchor, subject) => menu(anchor, subject.title, offers(panel, subject)),
    get: (part) => model.get(part),
    send: (part, message) => gone.hidden ? model.send({ part, ...message })
      : panel.tell("The kernel of this panel is gone: nothing is asked or done any more."),
    key: (key, what, act) => keys.set(key, { what, act }),  // a text that `act` returns is why it did nothing
  };
  const places = { top: el("div", "phl-top"), panes: el("div", "phl-panes"), foot: el("div", "phl-foot-place") };
  root.append(...Object.values(places));

  // What stands here without a kernel is hidden while this is here.
  root.append(el("style", "", `.phl-static-${model.get("uid")} { display: none; }`));
  const gone = el("div", "phl-gone");
  gone.setAttribute("role", "alert");
  gone.hidden = true;
  places.top.append(gone);
  const stops = [passSave(root), keepFocus(root)];
  const lost = () => {
    if (!gone.hidden) return;
    const { journal } = model.get("head");
    const code = `%load_ext phantom_lab\nfrom phantom_lab import Lab\nstepper = Lab().open(${JSON.stringify(journal)}).resume()\nstepper`;
    gone.replaceChildren(el("b", "", "The kernel of this panel is gone: it shows the past, and its buttons do nothing. "),
      ...(journal ? [el("span", "", "The run goes on from its journal with "), el("pre", "", code),
        button("phl-command", "Copy this cell", "", () => copyText(code))] : [el("span", "", "This run kept no journal.")]));
    gone.hidden = false;
    root.classList.add("phl-dead");
  };
  model.on("comm_live_update", lost);
  stops.push(() => model.off("comm_live_update", lost));
  for (const [name, part] of Object.entries(DRAWN)) {
    const box = el("section", "phl-part phl-part-" + name);
    places[PLACES[name]].append(box);
    const draw = part(box, panel);
    const update = () => {
      const view = model.get(name);
      box.hidden = !view || Object.keys(view).length === 0;
      if (!box.hidden) draw(view);
    };
    model.on("change:" + name, update);
    stops.push(() => model.off("change:" + name, update));
    update();
  }

  const press = (key) => {
    panel.tell("");
    const why = keys.get(key).act();
    if (typeof why === "string") panel.tell(why);
  };
  const help = () => menu(root.querySelector(".phl-help"), "Keys", [...keys].map(([key, { what }]) => [[key, what], () => press(key)]));
  const question = button("phl-command phl-help", "?", "all keys (key ?)", help);
  panel.toolbar.querySelector(".phl-badge").before(question);
  panel.key("?", "this list", help);

  root.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const shut = event.key === "Escape" && [...root.querySelectorAll("[data-shuts]")].findLast((one) => one.getClientRects().length);
    if (!shut && !keys.has(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    close(true);
    shut ? shut.click() : press(event.key);
  });
  return () => stops.forEach((stop) => stop());
}

export default { render };
