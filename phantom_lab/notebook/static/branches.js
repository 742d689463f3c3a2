// The runs of the lab as a tree, once there are several, and what two of them do otherwise.
function branchesPart(box, panel) {
  const send = (message) => panel.send("branches", message);
  const toggle = focusable(button("phl-command phl-history", "", "the runs of this lab, and what branched off from what (key h)",
    () => send({ type: "history" })), "history");
  panel.key("h", "the runs of this lab, and what branched off from what", () => box.hidden ? "this lab has one run so far: nothing branched off" : toggle.click());
  const rows = el("div", "phl-branches");
  rows.setAttribute("role", "list");
  const below = el("div");
  box.append(toggle, rows, below);
  const table = pagedTable(below, send, undefined, () => (node, subject) => panel.ask(node, subject));

  return (view) => redraw(box, () => {
    toggle.textContent = `History: ${view.runs} runs`;
    toggle.setAttribute("aria-expanded", String(view.open));
    rows.hidden = !view.open;
    const left = view.runs > view.branches.length ? [el("div", "phl-cut", `${view.branches.length} of ${view.runs} runs are listed: the latest`)] : [];
    rows.replaceChildren(...view.branches.map((one) => {
      const line = el("div", "phl-branch");
      line.setAttribute("role", "listitem");
      line.style.paddingLeft = `${Math.min(one.level, 12) * 18}px`;
      line.setAttribute("aria-current", String(one.shown));
      const open = one.status === "running";
      const badge = el("span", "phl-badge", open ? "not ended" : one.status);
      badge.dataset.state = open ? "resting" : one.status;
      line.append(el("code", "", one.uid.slice(0, 8)), el("span", "phl-branch-name", one.playbook), el("span", "phl-dim", one.label), badge,
        el("span", "phl-dim", `${one.invocations} invocation${one.invocations === 1 ? "" : "s"}`));
      if (one.shown) line.append(el("b", "", "shown"));
      else {
        line.append(focusable(button("phl-link", one.again ? "run again, and show" : "show",
          one.again ? "nothing moves this run any more: it is executed again from its journal" : "", () => send({ type: "follow", uid: one.uid })), "show " + one.uid),
          focusable(button("phl-link", "compare with the one shown", "", () => send({ type: "compare", uid: one.uid })), "compare " + one.uid));
      }
      return withMenu(panel, line, () => ({ title: `run ${one.uid}`, text: one.uid }));
    }), ...(view.open ? left : []));
    below.hidden = !view.compared;
    if (view.compared) table(view.compared.table);
  });
}
