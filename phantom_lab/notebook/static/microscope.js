// A datapath is typed or clicked together: the rows that it gives beside the values that it walked.
const MICROSCOPE_PAUSE = 120; // milliseconds after the last key

function microscopePart(box, panel) {
  const send = (message) => panel.send("microscope", message);
  const toggle = button("phl-command phl-datapath", "Datapath", "what a datapath gives here, step by step (key d)",
    () => send({ type: "open", toggle: true }));
  toggle.setAttribute("aria-keyshortcuts", "d");
  toggle.setAttribute("aria-expanded", "false");
  panel.toolbar.querySelector(".phl-badge").before(toggle);
  panel.key("d", "what a datapath gives here, step by step", () => toggle.click());

  const head = el("div", "phl-mic-head");
  const label = el("label", "phl-mic-label");
  const input = el("input", "phl-input phl-mic-input");
  input.spellcheck = false;
  input.autocomplete = "off";
  input.placeholder = "artifact:*.cef.sourceAddress";
  const at = el("span", "phl-dim");
  label.append(el("span", "", "Datapath"), input);
  const copy = button("phl-small", "Copy", "copy the datapath", () => copyText(input.value));
  const close = shutting(button("phl-small", "Close", "close (Escape)", () => send({ type: "close" })));
  head.append(label, copy, close, at);
  const offers = el("div", "phl-mic-offers");
  offers.setAttribute("role", "group");
  offers.setAttribute("aria-label", "how the datapath may go on");
  const problem = el("div", "phl-mic-problem");
  problem.setAttribute("role", "status");
  const body = el("div", "phl-mic-body");
  const steps = el("div", "phl-mic-steps");
  const sample = el("div", "phl-mic-sample");
  const rows = el("div", "phl-mic-rows");
  for (const [part, name] of [[steps, "steps"], [sample, "JSON"], [rows, "rows"]]) {
    part.tabIndex = 0;
    part.setAttribute("role", "group");
    part.setAttribute("aria-label", name);
  }
  body.append(steps, sample, rows);
  box.append(head, offers, problem, body);

  for (const part of [problem, steps, sample, rows]) withMenu(panel, part, (event) => ({ title: input.value, text: (event.target.closest(".phl-mic-row, pre") ?? part).innerText,
    ...(input.value.includes(":") ? { path: input.value } : {}) }));

  let waiting = 0;
  const say = (text) => { clearTimeout(waiting); send({ type: "path", text }); };
  const choose = (text) => { input.value = text; input.focus(); say(text); };
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => send({ type: "path", text: input.value }), MICROSCOPE_PAUSE);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); send({ type: "close" }); toggle.focus(); }
    if (event.target === input && event.key === "Enter") { event.preventDefault(); say(input.value); }
    if (event.target === input && event.key === "ArrowDown" && offers.firstChild) { event.preventDefault(); offers.firstChild.focus(); }
    if (event.target.classList.contains("phl-mic-offer") && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      event.preventDefault();
      const next = event.key === "ArrowRight" ? event.target.nextSibling : event.target.previousSibling;
      (next || input).focus();
    }
  });
  let open = false;
  let chosen = null;
  new MutationObserver(() => {
    if (!box.hidden) return;
    open = false;
    toggle.setAttribute("aria-expanded", "false");
  }).observe(box, { attributes: true, attributeFilter: ["hidden"] });

  return (view) => {
    toggle.setAttribute("aria-expanded", "true");
    if (!open) { open = true; input.value = view.text; input.focus(); }
    at.textContent = view.at ? `read in ${view.at}` : "";
    offers.replaceChildren(...view.offers.map((one) => {
      const node = button("phl-mic-offer", one.name, one.text, () => choose(one.text));
      if (one.count > 1) node.append(el("span", "phl-mic-count", String(one.count)));
      return node;
    }));
    problem.replaceChildren(...[view.problem, ...view.hints].filter(Boolean).map((text) => el("div", text === view.problem ? "phl-wrong" : "phl-mic-hint", text)));
    const level = chosen !== null && chosen.text === view.text ? chosen.place : view.lost >= 0 ? view.lost : view.levels.length - 1;
    steps.replaceChildren(...view.levels.map((one, place) => {
      const node = button("phl-mic-step", "", "", () => { chosen = { text: view.text, place }; pick(place); });
      node.append(el("span", "phl-mic-name", place ? `.${one.step}`.replace(/^\.\*$/, ".*") : "records"), el("span", "phl-mic-there", `${one.there.toLocaleString("en")} value${one.there === 1 ? "" : "s"}`));
      if (one.lost) node.append(el("span", "phl-mic-lost", `${one.lost.toLocaleString("en")} lost`));
      if (one.odd) node.append(el("span", "phl-mic-hint", one.odd === "list" ? "a list: write .* before it" : "an object: .* reads it as its only element"));
      return node;
    }));
    function pick(place) {
      [...steps.children].forEach((node, number) => node.setAttribute("aria-pressed", String(number === place)));
      const one = view.levels[place];
      const lost = one && !one.there && one.where_lost;
      sample.replaceChildren(el("div", "phl-dim", !one ? "" : lost ? `what has no ${one.step} (the first of ${one.lost})` : one.there ? `the first of ${one.there.toLocaleString("en")}` : "nothing is there"),
        el("pre", "", one ? (lost || one.json) : ""));
    }
    pick(level);
    const shown = view.rows.length < view.total ? `${view.rows.length} of ${view.total.toLocaleString("en")} rows` : `${view.total} row${view.total === 1 ? "" : "s"}`;
    rows.replaceChildren(el("div", "phl-dim", view.levels.length ? shown : ""), ...view.rows.map((text) => el("div", text === "None" ? "phl-mic-row phl-none" : "phl-mic-row", text)));
    body.hidden = !view.levels.length;
  };
}
