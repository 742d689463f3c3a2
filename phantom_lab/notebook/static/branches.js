// The branches of the run, once there are several, and what two of them do otherwise.
function branchesPart(box, panel) {
  const send = (message) => panel.send("branches", message);
  const rows = el("div", "phl-branches");
  const below = el("div");
  box.append(el("div", "phl-caption", "Branches of this run. Nothing of one changes another."), rows, below);
  const table = pagedTable(below, send);

  return (view) => {
    rows.replaceChildren(...view.branches.map((one) => {
      const line = el("div", "phl-branch");
      line.style.paddingLeft = `${one.level * 18}px`;
      line.setAttribute("aria-current", String(one.shown));
      line.append(el("code", "", one.uid.slice(0, 8)), el("span", "", ` ${one.label}: ${one.status}, ${one.invocations} invocations `));
      if (one.shown) line.append(el("span", "phl-badge", "shown"));
      else line.append(button("phl-link", "show", "", () => send({ type: "follow", uid: one.uid })),
        button("phl-link", "compare with the one shown", "", () => send({ type: "compare", uid: one.uid })));
      return line;
    }));
    below.hidden = !view.compared;
    if (view.compared) {
      table(view.compared.table);
    }
  };
}
