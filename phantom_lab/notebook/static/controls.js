// Toolbar, sentence, tabs, and the form for an outcome. Text only: nothing of the data is ever read as markup.
function el(tag, cls, text) {
  const node = document.createElement(tag);
  node.dataset.lmSuppressShortcuts = "true"; // JupyterLab matches its keys against whatever has the focus
  if (cls) node.className = cls;
  if (text !== undefined) node.textContent = text;
  return node;
}

const COMMANDS = [
  ["step", "Step", "n", "to the next invocation, anywhere"],
  ["step_over", "Step over", "o", "to the next invocation that this block did not make"],
  ["step_out", "Step out", "u", "to the first invocation after this block's caller has returned"],
  ["resume", "Resume", "c", "to the next breakpoint, or to the end"],
  ["stop", "Stop", "s", "end the run"],
];
const STATES = { resting: "resting", needs_outcome: "needs an outcome", ended: "ended", running: "running", ready: "not started" };

function render({ model, el: root }) {
  root.classList.add("phl", "phl-controls");
  root.tabIndex = 0;
  root.dataset.lmSuppressShortcuts = "true";
  const send = (message) => model.send(message);

  const toolbar = el("div", "phl-toolbar");
  toolbar.setAttribute("role", "toolbar");
  toolbar.setAttribute("aria-label", "stepping");
  const buttons = {};
  // Not `disabled`: the browser takes the focus away from a button that is, and the next key would reach the notebook.
  const possible = (command) => buttons[command].getAttribute("aria-disabled") === "false";
  for (const [command, label, key, title] of COMMANDS) {
    const button = el("button", "phl-command phl-" + command, label);
    button.title = `${title} (key ${key})`;
    button.setAttribute("aria-keyshortcuts", key);
    button.addEventListener("click", () => possible(command) && send({ type: "command", command }));
    buttons[command] = button;
    toolbar.append(button);
  }
  const badge = el("span", "phl-badge");
  const where = el("span", "phl-where");
  toolbar.append(badge, where);

  const sentence = el("div", "phl-sentence");
  sentence.setAttribute("role", "status");
  sentence.setAttribute("aria-live", "polite");
  const problem = el("div", "phl-problem");
  problem.setAttribute("role", "alert");

  const form = el("form", "phl-form");
  const asked = el("div", "phl-asked");
  const field = (name, tag, value, label) => {
    const box = el("label", "phl-field", label);
    const input = el(tag, "phl-input");
    input.name = name;
    input.value = value;
    input.spellcheck = false;
    box.append(input);
    form.append(box);
    return input;
  };
  form.append(asked);
  const data = field("data", "textarea", "[{}]", "data (JSON list)");
  const summary = field("summary", "textarea", "{}", "summary (JSON object)");
  const message = field("message", "input", "", "message");
  const answer = (status) => send({
    type: "answer", status, data: data.value, summary: summary.value, message: message.value,
  });
  const give = el("button", "phl-command phl-give", "Give result");
  give.type = "submit";
  const fail = el("button", "phl-command phl-fail", "Give failure");
  fail.type = "button";
  fail.addEventListener("click", () => answer("failed"));
  const row = el("div", "phl-row");
  row.append(give, fail);
  form.append(row);

  // What a person answers: a prompt, a task, an approval.
  const questions = el("div", "phl-questions");
  const reply = (kind) => send({
    type: "answer", reply: kind, responses: [...questions.querySelectorAll("[name=response]")].map((one) => one.value),
  });
  const replies = el("div", "phl-row");
  const respond = el("button", "phl-command phl-give", "Respond");
  respond.type = "submit";
  replies.append(respond);
  for (const [kind, label] of [["timed_out", "Let it time out"], ["declined", "Decline"]]) {
    const button = el("button", "phl-command", label);
    button.type = "button";
    button.addEventListener("click", () => reply(kind));
    replies.append(button);
  }
  form.append(questions, replies);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (model.get("view").needs.person) reply("responses");
    else answer("success");
  });
  function ask(found) {
    questions.replaceChildren(...found.map(({ text, choices }) => {
      const box = el("label", "phl-field", text);
      const input = el(choices.length ? "select" : "input", "phl-input");
      input.name = "response";
      for (const choice of choices) {
        const option = el("option", "", choice);
        option.value = choice;
        input.append(option);
      }
      box.append(input);
      return box;
    }));
  }

  const tabs = el("div", "phl-tabs");
  tabs.setAttribute("role", "tablist");
  root.append(toolbar, sentence, problem, form, tabs);

  root.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const found = COMMANDS.find(([, , key]) => key === event.key);
    if (!found || !possible(found[0])) return;
    event.preventDefault();
    event.stopPropagation();
    buttons[found[0]].click();
  });

  let asking = "";
  function update() {
    const view = model.get("view");
    if (!view.tabs) return;
    for (const [command, can] of Object.entries(view.commands)) buttons[command].setAttribute("aria-disabled", String(!can));
    badge.textContent = view.state === "ended" ? view.status : STATES[view.state];
    badge.dataset.state = view.state === "ended" ? view.status : view.state;
    const line = view.line ? `, line ${view.line}` : "";
    where.textContent = view.block ? `${view.playbook} · ${view.n} ${view.block}${line}` : view.playbook;
    sentence.textContent = (view.looking ? `Looking at invocation ${view.n}: ` : "") + view.sentence;
    problem.textContent = view.problem;
    problem.hidden = !view.problem;
    form.hidden = !view.needs;
    if (view.needs) {
      const person = view.needs.person;
      asked.textContent = person ? `${view.needs.text} (${view.needs.action} to ${view.needs.to})`
        : `What did ${view.needs.action} on ${view.needs.asset} come back with, for ${view.needs.parameter}?`;
      for (const part of [data.parentElement, summary.parentElement, message.parentElement, row]) part.hidden = person;
      questions.hidden = replies.hidden = !person;
      const question = view.needs.name + view.needs.asset + view.needs.parameter;
      if (question !== asking && person) ask(view.needs.questions);
      if (question !== asking) { data.value = "[{}]"; summary.value = "{}"; message.value = ""; }
      asking = question;
    }
    const focused = tabs.contains(document.activeElement);
    tabs.replaceChildren(...view.tabs.map((tab) => {
      const button = el("button", "phl-tab", tab.label);
      button.setAttribute("role", "tab");
      button.dataset.key = tab.key;
      button.setAttribute("aria-selected", String(tab.key === view.tab));
      if (!tab.passed) button.classList.add("phl-absent");
      if (tab.count) button.append(el("span", "phl-count", tab.count));
      button.addEventListener("click", () => send({ type: "tab", tab: tab.key }));
      return button;
    }));
    if (focused) tabs.querySelector("[aria-selected=true]").focus();
  }
  model.on("change:view", update);
  update();
  return () => model.off("change:view", update);
}

export default { render };
