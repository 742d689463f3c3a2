// What is pending, right of "now".
const ASKED = new Set(["action", "prompt", "custom_function", "playbook"]);
function queuePart(box, panel) {
  const send = (message) => panel.send("queue", message);
  const label = el("span", "phl-now");
  const row = el("div", "phl-entries");
  box.append(label, row);

  function entry(one, number, can) {
    const about = { what: `${ASKED.has(one.kind) ? "action " : ""}${one.name}`, line: one.line, text: one.name };
    const which = { name: one.name, of: one.kind, id: one.id };
    const node = focusable(button("phl-entry", "", "", () => panel.menu(node, one.name, [...(!can ? [] : [
      ["Complete next", () => send({ type: "next", ...which })],
      ["Give a result…", () => panel.send("editing", { type: "result", ...which })],
      ["Fail…", (anchor) => panel.form(anchor, `${one.name} fails`, [{ name: "message", label: "message" }], "Fail it",
        ({ message }) => send({ type: "fail", ...which, message }))],
      ["Delay…", (anchor) => panel.form(anchor, `${one.name} completes later`, [{ name: "seconds", label: "seconds", value: "60" }],
        "Delay it", ({ seconds }) => send({ type: "delay", ...which, seconds }))],
    ]), ...offers(panel, about)])), `entry ${one.kind} ${one.id}`);
    node.addEventListener("contextmenu", (event) => { event.preventDefault(); event.stopPropagation(); node.click(); });
    const due = one.due > 0 ? ` in ${Math.round(one.due * 10) / 10} s` : "";
    node.append(el("span", "phl-mark-n", String(number + 1)), el("span", "phl-mark-name", one.name),
      el("span", "phl-dim", due + (one.given ? ", answered by hand" : "")));
    node.title = `${one.what}${one.asked_by ? `, asked for by ${one.asked_by} in line ${one.line}` : ""}${due}`;
    node.setAttribute("aria-haspopup", "menu");
    return node;
  }

  return (view) => redraw(box, () => {
    const more = view.total > view.entries.length ? ` (${view.entries.length} of ${view.total})` : "";
    label.textContent = (view.past ? "was pending" : "pending") + more + ":";
    row.replaceChildren(...view.entries.map((one, number) => entry(one, number, view.can)));
    if (!view.total) row.append(el("span", "phl-dim", "nothing"));
  });
}
