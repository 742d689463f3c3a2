// The form for an outcome, or for a person's reply.
function outcomePart(box, panel) {
  const send = (message) => panel.send("outcome", message);
  let needs = {};
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
    if (needs.person) reply("responses");
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
  box.append(form);

  let asking = "";
  return (view) => {
    needs = view;
    const person = view.person;
    asked.textContent = person ? `${view.text} (${view.action} to ${view.to})`
      : `What did ${view.action} on ${view.asset} come back with, for ${view.parameter}?`;
    for (const part of [data.parentElement, summary.parentElement, message.parentElement, row]) part.hidden = person;
    questions.hidden = replies.hidden = !person;
    const question = view.name + view.asset + view.parameter;
    if (question !== asking && person) ask(view.questions);
    if (question !== asking) { data.value = "[{}]"; summary.value = "{}"; message.value = ""; }
    asking = question;
  };
}
