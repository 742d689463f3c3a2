// The toolbar and the sentence.
const COMMANDS = [
  ["step", "Step", "n", "go on to the next invocation, anywhere"],
  ["step_over", "Step over", "o", "go on to the next invocation that this block did not make"],
  ["step_out", "Step out", "u", "go on to the first invocation after this block's caller has returned"],
  ["resume", "Resume", "c", "go on to the next breakpoint, or to the end"],
  ["stop", "Stop", "s", "end the run"],
];
// Their labels are drawn: not every font has a sign for them.
const LOOKS = [
  ["reverse_resume", "M2 2v8 M10 2v8l-6-4z", "C", "look at the breakpoint before, or at the first invocation"],
  ["back", "M8.5 2v8l-6-4z", "p", "look at the invocation before; nothing is executed"],
  ["forward", "M3.5 2v8l6-4z", "f", "look at the next invocation; nothing is executed"],
  ["present", "M10 2v8 M2 2v8l6-4z", "0", "come back to where the run is"],
];
const LABELS = Object.fromEntries(COMMANDS.map(([command, label]) => [command, label]));
const STATES = { resting: "resting", needs_outcome: "needs an outcome", ended: "ended", running: "running", ready: "not started" };

function headPart(box, panel) {
  const toolbar = el("div", "phl-toolbar");
  toolbar.setAttribute("role", "toolbar");
  toolbar.setAttribute("aria-label", "stepping");
  const buttons = {};
  const group = (commands, cls) => {
    const row = el("span", "phl-group " + cls);
    for (const [command, label, key, title] of commands) {
      const act = () => panel.send("head", { type: "command", command });  // where it is not possible, it is told why
      const drawn = label.startsWith("M");
      const node = button("phl-command phl-" + command, drawn ? "" : label, `${title} (key ${key})`, act);
      if (drawn) node.append(icon(label));
      node.setAttribute("aria-keyshortcuts", key);
      if (drawn) node.setAttribute("aria-label", title);
      panel.key(key, title, () => node.click());
      buttons[command] = node;
      row.append(node);
    }
    return row;
  };
  panel.toolbar = toolbar;
  const badge = el("span", "phl-badge");
  const where = el("span", "phl-where");
  toolbar.append(group(COMMANDS, "phl-moves"), group(LOOKS, "phl-looks"), badge, where);
  const sentence = el("div", "phl-sentence");
  sentence.setAttribute("role", "status");
  sentence.setAttribute("aria-live", "polite");
  const raised = el("div", "phl-exception");
  raised.setAttribute("role", "alert");
  const problem = el("div", "phl-problem");
  problem.setAttribute("role", "alert");
  const notice = el("div", "phl-notice");
  notice.setAttribute("role", "status");
  box.append(toolbar, sentence, raised, problem, notice);
  where.setAttribute("role", "group");
  const NAMES = [[where, "where the run stands"], [sentence, "why"], [raised, "exception"], [problem, "problem"], [notice, "notice"]];
  for (const [node, name] of NAMES) node.setAttribute("aria-label", name);
  let told = "";  // here, not by the kernel
  panel.tell = (text) => {
    if (text === told) return;
    told = text;
    say(notice, text);
    notice.hidden = !text;
  };
  let view = {};
  const here = (node) => () => ({ title: view.block ? `invocation ${view.n}, ${view.block}` : view.playbook, what: view.what, text: node.textContent });
  for (const node of [where, sentence]) withMenu(panel, focusable(node, ""), here(node)).tabIndex = 0;
  withMenu(panel, raised, () => view.raised && { title: view.raised.text, what: view.raised.what, n: view.raised.n, line: view.raised.line, text: view.raised.text });
  for (const node of [problem, notice]) withMenu(panel, node, () => ({ title: "a message of the panel", text: node.textContent }));
  for (const node of [raised, problem, notice]) node.tabIndex = 0;

  return (given) => {
    view = given;
    told = "";
    for (const [command, can] of Object.entries(view.commands)) if (buttons[command]) enable(buttons[command], can);
    const looking = view.past && `looking at ${view.n} of ${view.last}`, here = view.raised?.here && view.state !== "needs_outcome";
    say(badge, here ? looking ? `${looking}: raised` : "raised" : looking || (view.state === "ended" ? view.status : STATES[view.state]));
    badge.dataset.state = here ? "error" : view.past ? "past" : view.state === "ended" ? view.status : view.state;
    raised.hidden = !view.raised;
    if (view.raised && news(raised, [view.raised, view.n])) {
      raised.replaceChildren(el("span", "", `${view.raised.text}, line ${view.raised.line}: `), el("code", "", view.raised.code));
      if (view.n !== view.raised.n) raised.append(button("phl-look", "look at it", "", () =>
        panel.send("head", { type: "go", n: view.raised.n })));
    }
    const line = view.line ? `, line ${view.line}` : "";
    say(where, view.block ? `${view.playbook} · ${view.n} ${view.block}${line}` : view.playbook);
    say(sentence, (view.past ? "Looking back, nothing is executed: " : "") + view.sentence);
    say(problem, view.problem);
    problem.hidden = !view.problem;
    say(notice, view.refused ? `The run is going on: ${LABELS[view.refused]} does nothing before it rests. Stop ends it.` : view.notice);
    notice.hidden = !notice.textContent;
  };
}
