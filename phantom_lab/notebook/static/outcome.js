// The form for an outcome, or for a person's reply; and what is pinned.
function outcomePart(box, panel) {
  const send = (message) => panel.send("outcome", message);
  const form = el("form", "phl-form");
  const pins = el("details", "phl-pins");
  box.append(form, pins);
  let asked = "";
  let drawn = null;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (drawn) drawn.submit();
  });
  panel.key("a", "answer what the run waits for: go to its form", () => {
    if (box.hidden || form.hidden) return "the run waits for no outcome";
    const first = form.querySelector("input, textarea, select, button");
    if (first) first.focus();
  });
  return (view) => {
    form.hidden = !view.needed;
    if (view.needed) {
      const { needed } = view;
      const key = JSON.stringify([needed.call, needed.action, needed.asset, needed.name, needed.parameter, needed.form.version, needed.form.fields, needed.form.text]);
      if (key !== asked) {
        drawn = (needed.person ? personForm : actionForm)(form, view, send);
        for (const node of form.querySelectorAll(".phl-form-head, .phl-message")) {
          withMenu(panel, node, () => ({ title: needed.name, what: `action ${needed.name}`, text: node.innerText })).tabIndex = 0;
        }
        asked = key;
      }
      drawn.update(view);
    } else asked = "";
    drawPins(pins, view.pins, send);
  };
}

function drawPins(box, pins, send) {
  box.hidden = pins.length === 0;
  const rows = pins.map((pin) => {
    const row = el("div", "phl-pin");
    const unpin = button("phl-small", "Unpin", "no longer give this answer", () => send({ type: "unpin", number: pin.number }));
    unpin.setAttribute("aria-label", `unpin the answer to ${pin.told}`);
    row.append(unpin, el("span", "phl-pin-told", pin.told), el("span", "phl-pin-answer", pin.answer));
    return row;
  });
  box.replaceChildren(el("summary", "", `${pins.length} pinned answer${pins.length === 1 ? "" : "s"}: given again in every run of this lab`), ...rows);
}

// What both forms end with: pinning and saving.
function formFoot(view, person, typed, send, primary) {
  const foot = el("div", "phl-row phl-form-foot");
  const pin = el("select", "phl-input");
  for (const [value, text] of [["", "this time only"], ["same", person ? "pin for the next runs" : "pin: same parameters"],
    ...(person ? [] : [["any", "pin: any parameters"]])]) {
    const option = el("option", "", text);
    option.value = value;
    pin.append(option);
  }
  pin.setAttribute("aria-label", "give it this time only, or in the next runs as well");
  const save = el("details", "phl-save");
  const file = el("input", "phl-input");
  file.value = view.file;
  file.spellcheck = false;
  file.setAttribute("aria-label", "name of the new file");
  const store = (answered) => send({ type: "save", file: file.value, answered, ...typed() });
  const row = el("div", "phl-row");
  row.append(file, button("phl-small", "Save with this answer", "the run so far, and what is typed in", () => store(true)),
    button("phl-small", "Save without it", "the run so far", () => store(false)));
  save.append(el("summary", "", "Save as a scenario"), row);
  const said = el("span", "phl-said");
  said.setAttribute("role", "status");
  foot.append(...primary, pin, save, said);
  return { foot, pin, said };
}

// A prompt, a task, an approval.
function personForm(form, first, send) {
  const { form: asks, action, name } = first.needed;
  const head = el("div", "phl-form-head");
  head.append(el("strong", "", `${asks.to} is asked`), el("span", "phl-dim", ` (${action} ${name})`), el("span", "phl-left", asks.left));
  const message = el("div", "phl-message");
  message.append(...inertMarkdown(asks.text));
  message.hidden = !asks.text;
  const fields = asks.questions.map((question, place) => questionField(question, place));
  const list = el("div", "phl-questions");
  list.append(...fields.map((one) => one.box));
  const left = "stepper.answer(responses(…)) in a cell gives any";
  if (fields.length < asks.asked) list.append(el("span", "phl-cut", `${fields.length} of ${counted(asks.asked)} questions are shown: ${left}`));
  fields.forEach(({ box }, place) => {
    const { choices, of } = asks.questions[place];
    if (choices.length < of) box.append(el("span", "phl-cut", `${choices.length} of ${counted(of)} choices are listed: ${left}`));
  });
  const typed = () => ({ reply: "responses", responses: fields.map((one) => one.value()) });
  const reply = (kind) => send({ type: "reply", ...typed(), reply: kind, pin: end.pin.value });
  const respond = el("button", "phl-command phl-give", fields.length ? "Respond" : { task: "Complete the task", approval: "Approve" }[asks.kind] || "Respond");
  respond.type = "submit";
  const end = formFoot(first, true, typed, send, [respond, button("phl-command", "Decline", "", () => reply("declined")),
    button("phl-command", "Let it time out", "nobody replies until its time is over", () => reply("timed_out"))]);
  form.replaceChildren(head, message, list, end.foot);
  return {
    submit: () => reply("responses"),
    update(view) {
      end.said.textContent = view.said;
      const { wrong } = view.needed.form;
      fields.forEach((one, place) => one.tell(wrong[place] || ""));
      const first = fields.find((_, place) => wrong[place]);
      if (first && document.activeElement === respond) first.box.querySelector("input, textarea, select").focus();
    },
  };
}

function questionField(question, place) {
  const box = el(question.kind === "choices" && question.choices.length <= 4 ? "fieldset" : "label", "phl-field");
  const title = el(box.tagName === "FIELDSET" ? "legend" : "span", "phl-question", question.text + (question.required ? "" : " (optional)"));
  const error = el("span", "phl-wrong");
  error.id = `phl-q-${Math.random().toString(36).slice(2)}`;
  let input;
  let value;
  if (question.kind === "choices" && question.choices.length <= 4) {
    input = el("div", "phl-row");
    const group = error.id;
    question.choices.forEach((choice, number) => {
      const label = el("label", "phl-choice");
      const radio = el("input");
      radio.type = "radio";
      radio.name = group;
      radio.value = String(number);
      radio.setAttribute("aria-describedby", error.id);
      label.append(radio, el("span", "", question.shown[number]));
      input.append(label);
    });
    value = () => { const on = input.querySelector("input:checked"); return on ? question.choices[Number(on.value)] : ""; };
  } else if (question.kind === "choices") {
    input = el("select", "phl-input");
    const none = el("option", "", "choose …");
    none.value = "";
    input.append(none, ...question.choices.map((choice, number) => {
      const option = el("option", "", question.shown[number]);
      option.value = String(number);
      return option;
    }));
    value = () => (input.value === "" ? "" : question.choices[Number(input.value)]);
  } else {
    input = el(question.kind === "range" ? "input" : "textarea", "phl-input");
    if (question.kind === "range") {
      input.type = "number";
      if (question.min != null) input.min = question.min;
      if (question.max != null) input.max = question.max;
      title.textContent += ` (${question.min ?? "…"} to ${question.max ?? "…"})`;
    } else input.rows = 1;
    value = () => input.value;
  }
  if (input.matches("input, textarea, select")) input.setAttribute("aria-describedby", error.id);
  input.dataset.question = String(place);
  box.append(title, input, error);
  const tell = (text) => { error.textContent = text; error.hidden = !text; };
  box.addEventListener("input", () => tell(""));
  return { box, value, tell };
}

// Headings, lists, bold and code of a message as elements; everything else, links and HTML among it, stays text.
function inertMarkdown(text) {
  return text.split("\n").map((line) => {
    const heading = /^(#{1,4})\s+(.*)$/.exec(line);
    const item = /^(\s*)[-*]\s+(.*)$/.exec(line);
    const row = el("div", heading ? "phl-md-heading" : item ? "phl-md-item" : "phl-md-line");
    if (item) row.style.marginLeft = `${1.4 + Math.min(item[1].length, 12) / 2}em`;
    const rest = heading ? heading[2] : item ? item[2] : line;
    for (const piece of rest.split(/(\*\*[^*]+\*\*|`[^`]+`)/)) {
      if (/^\*\*[^*]+\*\*$/.test(piece)) row.append(el("strong", "", piece.slice(2, -2)));
      else if (/^`[^`]+`$/.test(piece)) row.append(el("code", "", piece.slice(1, -1)));
      else row.append(piece);
    }
    if (!rest) row.append("\u00a0");
    return row;
  });
}

// What an action came back with.
function actionForm(form, first, send) {
  const { needed } = first;
  const { fields } = needed.form;
  const head = el("div", "phl-form-head");
  head.append(el("strong", "", `What did ${needed.action} on ${needed.asset} come back with?`), el("span", "phl-dim", ` (${needed.name}${needed.call[1] > 1 ? `, call ${counted(needed.call[0])} of ${counted(needed.call[1])}` : ""})`));
  const given = el("div", "phl-given");
  for (const [name, text] of needed.parameter) given.append(el("span", "phl-given-one", `${name} = ${text}`));
  const tools = el("div", "phl-row");
  const typed = () => ({
    rows: rows.map((one) => one.texts()), summary: summary ? summary.texts() : {}, message: message.value,
  });
  const act = (type, more = {}) => send({ type, ...typed(), pin: end.pin.value, ...more });
  tools.append(button("phl-small", "Make up", "fill in what would be generated; it is not given yet", () => act("make_up")));
  const last = button("phl-small", "Use the last", needed.form.last ? `the last result ${needed.form.last}` : "", () => act("last"));
  last.hidden = !needed.form.last;
  tools.append(last, jsonBox((text) => act("json", { text })), el("span", "phl-dim", needed.form.from));

  const list = el("div", "phl-rows");
  const rows = [];
  const addRow = (texts) => {
    const row = recordFields(fields.data, texts);
    const box = el("fieldset", "phl-record");
    const title = el("legend", "", "");
    const remove = button("phl-small", "Remove", "remove this data item", () => {
      rows.splice(rows.indexOf(row), 1);
      box.remove();
      number();
    });
    row.remove = remove;
    row.title = title;
    box.append(title, row.box, remove);
    list.append(box);
    rows.push(row);
    return row;
  };
  const number = () => {
    rows.forEach((row, place) => {
      row.title.textContent = `data, item ${place + 1} of ${rows.length}`;
      row.remove.setAttribute("aria-label", `remove item ${place + 1}`);
    });
    add.hidden = rows.length >= needed.form.most || !fields.data.length;
  };
  const add = button("phl-small", "Add an item", "one more data item", () => { addRow({}).first(); number(); });
  if (needed.form.whole === null) needed.form.rows.forEach(addRow);
  const whole = el("div", "phl-dim", needed.form.whole === null ? "" : `${needed.form.whole} are filled in, too many for a form: they are given as they are`);
  const under = el("div", "phl-row");
  const own = ownField((path, kind, part) => act("field", { path, kind, of: part }));
  if (needed.form.whole === null) under.append(add);
  under.append(own);

  const summary = fields.summary.length ? recordFields(fields.summary, needed.form.summary) : null;
  const held = el("fieldset", "phl-record");
  if (summary) held.append(el("legend", "", "summary"), summary.box);
  held.hidden = !summary;
  const message = el("input", "phl-input");
  message.name = "message";
  message.value = needed.form.message;
  const messageBox = el("label", "phl-field phl-message-field");
  messageBox.append(el("span", "", "message (of a failure why it failed)"), message);
  const give = el("button", "phl-command phl-give", "Give");
  give.type = "submit";
  const fail = button("phl-command phl-fail", "Fail with this message", "the action failed", () => act("fail"));
  const general = el("div", "phl-wrong");
  general.setAttribute("role", "alert");
  const end = formFoot(first, false, typed, send, [give, fail]);
  const hint = el("div", "phl-dim", `An empty field is not there; "" is an empty text, null is None.${
    needed.form.declared ? ` Declared by ${needed.form.declared}.` : ""}`);
  const about = [needed.form.near, fields.data.length || fields.summary.length ? ""
    : "The playbook reads no field of it, and no app at hand declares any: add fields, or fill in JSON."].filter(Boolean).join(" ");
  form.replaceChildren(head, given, el("div", "phl-dim", about), tools, whole, list, under, held, messageBox, hint, general, end.foot);
  number();
  let mayPass = false;
  return {
    submit: () => act("give", { anyway: mayPass }),
    update(view) {
      end.said.textContent = view.said;
      const { wrong, objection, may_pass } = view.needed.form;
      mayPass = may_pass;
      give.textContent = may_pass ? "Give anyway" : "Give";
      rows.forEach((row, place) => row.tell(wrong.filter((one) => one.part === "data" && (one.row === place || one.row === -1))));
      if (summary) summary.tell(wrong.filter((one) => one.part === "summary"));
      const other = wrong.filter((one) => !one.path || (one.part === "summary" && !summary));
      general.textContent = [objection ? `This is not what ${needed.form.declared} declares.` : wrong.length ? "Not given yet: see beside the fields." : "",
        ...other.map((one) => one.text)].filter(Boolean).join(" ");
      general.hidden = !general.textContent;
    },
  };
}

// Inputs for the fields of one record: those that matter open, the others folded.
function recordFields(fields, texts) {
  const box = el("div", "phl-record-fields");
  const inputs = new Map();
  const line = (field) => {
    const label = el("label", "phl-field");
    const name = el("span", "phl-field-name", field.path);
    if (field.kind !== "text") name.append(el("span", "phl-kind", field.kind));
    let input;
    if (field.kind === "boolean") {
      input = el("select", "phl-input");
      for (const value of ["", "true", "false", "null"]) { const option = el("option", "", value); option.value = value; input.append(option); }
    } else {
      input = el(field.kind === "json" ? "textarea" : "input", "phl-input");
      if (field.kind === "json") input.rows = 1;
      if (field.kind === "number") input.inputMode = "decimal";
      input.placeholder = field.example ? `such as ${field.example}` : "";
    }
    input.spellcheck = false;
    input.name = field.path;
    input.value = texts[field.path] || "";
    const error = el("span", "phl-wrong");
    error.id = `phl-f-${Math.random().toString(36).slice(2)}`;
    error.hidden = true;
    input.setAttribute("aria-describedby", error.id);
    label.append(name, input, ...(field.told ? [el("span", "phl-told", field.told)] : []), error);
    input.addEventListener("input", () => { error.hidden = true; input.setAttribute("aria-invalid", "false"); });
    inputs.set(field.path, { input, error });
    return label;
  };
  box.append(...fields.filter((one) => one.open).map(line));
  const folded = fields.filter((one) => !one.open);
  if (folded.length) {
    const more = el("details", "phl-more");
    const inner = el("div", "phl-record-fields");
    inner.append(...folded.map(line));
    more.append(el("summary", "", `${folded.length} more field${folded.length === 1 ? "" : "s"} that the app declares`), inner);
    box.append(more);
  }
  return {
    box,
    first: () => { const one = box.querySelector(".phl-input"); if (one) one.focus(); },
    texts: () => Object.fromEntries([...inputs].map(([path, one]) => [path, one.input.value]).filter(([, text]) => text.trim())),
    tell(wrong) {
      for (const [path, { input, error }] of inputs) {
        const text = wrong.filter((one) => one.path === path).map((one) => one.text).join("; ");
        error.textContent = text;
        error.hidden = !text;
        input.setAttribute("aria-invalid", String(Boolean(text)));
        if (text && input.closest("details")) input.closest("details").open = true;
      }
    },
  };
}

function jsonBox(use) {
  const box = el("details", "phl-json-box");
  const text = el("textarea", "phl-input");
  text.placeholder = '[{"name": "value"}], or a whole result with "data", "summary" and "message"';
  text.setAttribute("aria-label", "a result as JSON");
  box.append(el("summary", "", "From JSON"), text, button("phl-small", "Fill in", "", () => use(text.value)));
  return box;
}

function ownField(add) {
  const box = el("details", "phl-own");
  const path = el("input", "phl-input");
  path.placeholder = "name, or outer.inner";
  path.setAttribute("aria-label", "name of the field");
  const pick = (label, values) => {
    const select = el("select", "phl-input");
    select.setAttribute("aria-label", label);
    for (const value of values) { const option = el("option", "", value); option.value = value; select.append(option); }
    return select;
  };
  const part = pick("part of the result", ["data", "summary"]);
  const kind = pick("kind of value", ["text", "number", "boolean", "json"]);
  const row = el("div", "phl-row");
  row.append(part, path, kind, button("phl-small", "Add", "", () => add(path.value, kind.value, part.value)));
  box.append(el("summary", "", "Another field"), row);
  return box;
}
