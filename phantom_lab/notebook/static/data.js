// The invocation view: tabs, the tables of the chosen one, and an exception as such.
function dataPart(box, panel) {
  const send = (message) => panel.send("data", message);
  const tabs = el("div", "phl-tabs");
  tabs.setAttribute("role", "tablist");
  tabs.setAttribute("aria-label", "what came in, and what the run holds");
  const since = el("div", "phl-since");
  const raised = el("div", "phl-raised");
  const chips = el("div", "phl-chips");
  const below = el("div", "phl-below");
  below.setAttribute("role", "tabpanel");
  box.append(tabs, since, raised, chips, below);
  let argument = "";
  const table = pagedTable(below, send, undefined, () => panel.ask && ((node, subject) =>
    panel.ask(node, { part: "data", ...subject, ...(argument ? { argument } : {}) })));

  tabs.addEventListener("keydown", (event) => {
    const all = [...tabs.querySelectorAll("[role=tab]")];
    const here = all.indexOf(event.target);
    const there = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: all.length - 1 }[event.key];
    if (here < 0 || there === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    all[(there + all.length) % all.length].focus();
  });

  function tabNode(tab, chosen) {
    const node = focusable(button("phl-tab", "", [tab.title, tab.changed].filter(Boolean).join("; "),
      () => send({ type: "tab", tab: tab.key })), "tab " + tab.key);
    node.append(el("span", "phl-tab-label", tab.label));
    withMenu(panel, node, () => ({ title: tab.label, text: tab.label, ...(tab.argument ? { argument: tab.argument } : {}),
      ...(node.ariaSelected === "true" ? { part: "data" } : {}) }));  // what is empty has no cell to ask at
    node.setAttribute("role", "tab");
    node.dataset.key = tab.key;
    node.dataset.kind = tab.kind;
    node.setAttribute("aria-selected", String(tab.key === chosen));
    node.tabIndex = tab.key === chosen ? 0 : -1;
    if (tab.count) node.append(el("span", "phl-count", tab.count));
    if (tab.changed) {
      const dot = el("span", "phl-dot");
      dot.setAttribute("role", "img");
      dot.setAttribute("aria-label", tab.changed);
      node.append(dot);
    }
    return node;
  }

  const told = { tabs: {}, chips: {} };
  function drawTabs(view) {
    if (!news(told.tabs, [view.tabs, view.tab, view.all])) return;
    const nodes = [];
    let group = "";
    for (const tab of view.tabs) {
      if (tab.group !== group) {
        group = tab.group;
        const lead = el("span", "phl-group-lead", group);
        lead.setAttribute("role", "presentation");
        nodes.push(lead);
      }
      nodes.push(tabNode(tab, view.tab));
    }
    if (view.tabs.length < view.all) nodes.push(el("span", "phl-cut", `${view.tabs.length} of ${view.all} tabs`));
    tabs.replaceChildren(...nodes);
    const changed = view.tabs.filter((tab) => tab.changed);
    since.hidden = !changed.length;
    since.replaceChildren(el("span", "phl-since-lead", "since the last step:"), ...changed.map((tab) => {
      const node = button("phl-since-tab", "", "", () => send({ type: "tab", tab: tab.key }));
      node.append(el("span", "phl-strong", tab.label), el("span", "", " " + tab.changed));
      return focusable(node, "since " + tab.key);
    }));
  }

  function drawChips(view) {
    if (!news(told.chips, [view.chips, view.chip, view.note])) return;
    chips.hidden = view.chips.length < 2;
    chips.replaceChildren(...view.chips.map((chip) => {
      const node = focusable(button("phl-chip", "", chip.wait, () => send({ type: "chip", chip: chip.key })), "chip " + chip.key);
      node.append(el("span", "", chip.label));
      if (chip.count) node.append(el("span", "phl-chip-count", chip.count));
      node.dataset.kind = chip.kind;
      node.setAttribute("aria-pressed", String(chip.key === view.chip));
      return node;
    }), ...(view.note ? [el("span", "phl-cut", view.note)] : []));
  }

  function drawRaised(found) {
    raised.hidden = !found;
    if (!found) return raised.replaceChildren();
    const title = el("div", "phl-raised-title");
    title.append(el("b", "", found.type), el("span", "", found.message ? ": " + found.message : ""));
    const where = el("div", "phl-raised-where",
      `raised by ${found.block} (invocation ${found.n}) in line ${found.line} of ${found.file}`);
    const line = el("pre", "phl-raised-line");
    line.append(el("span", "phl-number", String(found.line)), el("span", "", found.code));
    line.hidden = !found.code;
    const about = { what: found.what, n: found.n };
    const trace = el("div", "phl-traceback");
    trace.append(...found.traceback.map(([text, number]) => withMenu(panel, el("div", "phl-traced", text), () =>
      ({ title: text.trim(), ...about, line: number, text }))));
    trace.tabIndex = 0;
    trace.setAttribute("role", "region");
    trace.setAttribute("aria-label", "traceback");
    for (const one of trace.children) if (one.textContent.startsWith("  File")) {
      one.tabIndex = 0;
      one.setAttribute("role", "group");
      one.setAttribute("aria-label", one.textContent.trim());
    }
    for (const one of [title, where, line]) withMenu(panel, one, () => ({ title: found.type, ...about, line: found.line, text: one.textContent }));
    raised.replaceChildren(title, where, line, trace);
  }

  return (view) => redraw(box, () => {
    argument = view.argument;
    drawTabs(view);
    drawRaised(view.raised);
    drawChips(view);
    table(view.table);
  });
}
