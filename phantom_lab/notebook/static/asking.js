// Ask anywhere: the menu of a subject, and the drawer with the answer.
// A subject is {title, what, parameter, uses, path, n, line, text, argument, items}: what of it is there decides what is
// offered.
function offers(panel, subject) {
  const ask = (kind, ...what) => () => panel.send("asking", { type: "ask", ask: kind, what });
  const found = [...(subject.items ?? [])];
  if (subject.n) found.push([`Look at invocation ${subject.n}`, () => panel.send("head", { type: "go", n: subject.n })]);
  if (subject.line) found.push([`Show line ${subject.line} in the source`, () => panel.send("source", { type: "lines", from: Math.max(1, subject.line - 8) })]);
  if (subject.what) {
    found.push(["Why?", ask("why", subject.what)], ["Why not?", ask("why not", subject.what)]);
    const words = subject.parameter ? [subject.what, subject.parameter] : [subject.what];
    found.push(["Where does it come from?", ask("origin", ...words)]);
  }
  if (subject.uses) found.push(["Where does it go?", ask("uses", ...subject.uses)]);
  if (subject.path) {
    found.push(["Watch this", () => panel.send("asking", { type: "watch", path: subject.path })]);
    found.push(["Break when this changes", () => panel.send("asking", { type: "break", path: subject.path })]);
    found.push(["Copy as datapath", () => copyText(subject.path)]);
  }
  if (subject.text) found.push(["Copy this text", () => copyText(subject.text)]);
  if (subject.part === "data") {
    found.push(["Table to a DataFrame in the notebook", () => panel.send("data", { type: "frame" })]);
    found.push(["Save table…", (anchor) => panel.form(anchor, "Save the table: .csv or .xlsx, formulas made inert",
      [{ name: "file", label: "file", value: "table.csv" }], "Save", ({ file }) => panel.send("data", { type: "save", file }))]);
  }
  if (subject.argument) found.push([`Edit ${subject.argument}…`, () =>
    panel.send("editing", { type: "argument", name: subject.argument })]);
  return found;
}

function askingPart(box, panel) {
  const send = (message) => panel.send("asking", message);
  const head = el("div", "phl-drawer-head");
  const title = el("h3", "phl-drawer-title");
  const close = shutting(button("phl-close", "×", "close the answer", () => send({ type: "close" })));
  close.setAttribute("aria-label", "close the answer");
  head.append(title, close);
  const text = el("div", "phl-answer");
  const next = el("div", "phl-next");
  const watched = el("div", "phl-watched");
  box.append(head, text, next, watched);
  box.setAttribute("aria-live", "polite");
  panel.key("w", "what is worth asking", () => send({ type: "questions" }));

  return (view) => {
    head.hidden = text.hidden = next.hidden = !view.title;
    title.textContent = view.title;
    text.replaceChildren(...view.lines.map((line) => withMenu(panel, el("div", "phl-line", line), () => ({ title: "a line of the answer", text: line }))));
    next.replaceChildren(...view.next.map((one) => {
      const node = button("phl-command phl-question", one.label, one.because, () =>
        send({ type: "ask", ask: one.ask, what: one.what }));
      return node;
    }));
    watched.replaceChildren(...view.watched.map((one) => {
      const each = el("div", "phl-watch");
      const line = el("div", "phl-watch-head");
      line.append(el("b", "", "watched: "), el("code", "", one.expression), el("span", "phl-dim", ` ${one.total} values, `
        + (one.changes.length < one.total ? `the last ${one.changes.length} shown` : "all shown")));
      line.append(button("phl-link", "no longer", "", () => send({ type: "watch", path: one.expression })));
      each.append(line, ...one.changes.map((change) => {
        const node = button("phl-link phl-line", change.n ? `${change.n}: ${change.told}` : change.told, "", () =>
          change.n && panel.send("head", { type: "go", n: change.n }));
        return node;
      }));
      return each;
    }), ...view.breaks.map((one) => {
      const line = el("div", "phl-watch-head");
      line.append(el("b", "", "rests when it changes: "), el("code", "", one),
        button("phl-link", "no longer", "", () => send({ type: "break", path: one })));
      return line;
    }));
  };
}
