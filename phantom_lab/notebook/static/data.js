// The tabs, and the table of the chosen one.
function dataPart(box, panel) {
  const send = (message) => panel.send("data", message);
  const tabs = el("div", "phl-tabs");
  tabs.setAttribute("role", "tablist");
  const below = el("div");
  below.setAttribute("role", "tabpanel");
  box.append(tabs, below);
  const table = pagedTable(below, send);

  return (view) => {
    const focused = tabs.contains(document.activeElement);
    tabs.replaceChildren(...view.tabs.map((tab) => {
      const node = button("phl-tab", tab.label, "", () => send({ type: "tab", tab: tab.key }));
      node.setAttribute("role", "tab");
      node.dataset.key = tab.key;
      node.setAttribute("aria-selected", String(tab.key === view.tab));
      if (!tab.passed) node.classList.add("phl-absent");
      if (tab.count) node.append(el("span", "phl-count", tab.count));
      return node;
    }));
    if (focused) tabs.querySelector("[aria-selected=true]").focus();
    table(view.table);
  };
}
