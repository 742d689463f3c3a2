// The flow graph: where the run stands in its playbook.
const READABLE = 0.8;
const SHOWN_CALLS = 6;
const AHEAD = 90;

function graphPart(box, panel) {
  const send = (message) => panel.send("graph", message);
  const bar = el("div", "phl-graph-bar");
  const name = el("span", "phl-graph-name");
  const runs = el("select", "phl-graph-runs");
  runs.setAttribute("aria-label", "the run whose graph is shown");
  runs.addEventListener("change", () => send(runs.value === "" ? { type: "follow" } : { type: "open", run: Number(runs.value) }));
  const body = el("div", "phl-graph-body");
  const frame = el("div", "phl-graph-frame");
  const picture = svg("svg", { class: "phl-graph", role: "group", "aria-label": "flow graph" });
  const layer = svg("g");
  picture.append(layer);
  const map = svg("svg", { class: "phl-map", "aria-hidden": "true" });
  const seen = svg("rect", { class: "phl-map-seen" });
  const note = el("div", "phl-graph-note");
  frame.append(picture);
  body.append(frame, map);
  let made = null, view = {}, here = null, reached = 0, waiting = true, small = [];

  // The map stands beside the drawing where that leaves it its width, else below it; never over it.
  const whole = [0, 0];
  const place = panning(frame, layer, (at) => {
    const [w, h] = place.size();
    map.style.display = at.width * at.k > whole[0] + 1 || at.height * at.k > whole[1] + 1 ? "" : "none";
    const edges = (from, room, all) => [Math.max(0, -from / at.k), Math.min(all, (room - from) / at.k)];  // within the drawing
    const [left, right] = edges(at.x, w, at.width), [top, bottom] = edges(at.y, h, at.height);
    for (const [key, value] of Object.entries({ x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) })) seen.setAttribute(key, value);
  });
  const tool = (label, title, act) => {
    const node = button("phl-command phl-tool", label, title, act);
    node.setAttribute("aria-label", title);
    return node;
  };
  const fit = () => place.fit();
  const centre = () => look(here ?? 0, true);
  bar.append(name, runs, tool("−", "smaller (key -)", () => place.zoom(place.view.k / 1.25)), tool("+", "larger (key +)", () => place.zoom(place.view.k * 1.25)),
    tool("Fit", "the whole graph (key 0)", fit), tool("Here", "the current block in the middle (key .)", centre));
  box.append(bar, body, note);

  function middle(index) {
    const { x, y } = made.drawing.blocks[index], [w, h] = made.drawing.size;
    return [x + w / 2, y + h / 2];
  }
  function look(index, always) {  // with what comes next, as far as there is something
    if (!made || !made.drawing.blocks[index]) return;
    const { x, y } = made.drawing.blocks[index], [w, h] = made.drawing.size;
    if (always && place.view.k < READABLE) place.view.k = READABLE;
    if (always || !place.sees(x, y - 8, w, Math.min(h + 8 + AHEAD, made.drawing.height - y + 8))) place.centre(...middle(index));
  }
  function begin() {  // once there is room: all of it where that is readable, else the current block
    if (!made || !place.size()[0]) return;
    waiting = false;
    place.fit();
    if (place.view.k < READABLE) { place.view.k = READABLE; place.centre(...middle(here ?? 0)); }
  }
  new ResizeObserver(([{ contentRect }]) => { whole[0] = contentRect.width; whole[1] = contentRect.height; mapped(); }).observe(body);
  new ResizeObserver(() => { place.resized(); if (waiting) begin(); else if (made) { place.keep(); place.show(); if (here !== null) look(here, false); } }).observe(frame);

  function open(index) {
    const { one, g } = made.blocks[index], state = view.blocks[index] ?? {}, stop = view.breaks[index];
    reach(index);
    const numbers = [...(state.invocations ?? [])].reverse();
    const items = numbers.slice(0, SHOWN_CALLS).map((n) => [`Go to invocation ${n}`, () => panel.send("head", { type: "go", n })]);
    if ((state.count ?? 0) > SHOWN_CALLS && numbers.length) items.push([`${state.count - SHOWN_CALLS} earlier ones: the list of the timeline`, () => panel.root.querySelector(".phl-list")?.click()]);
    items.push(stop === undefined ? ["Set a breakpoint", () => send({ type: "break", block: index })]
      : ["Remove the breakpoint", () => send({ type: "unbreak", block: index })]);
    items.push([stop ? "Change the condition of the breakpoint…" : "Break on a condition…", () => panel.form(g, `Rest at ${one.name} if`,
      [{ name: "condition", label: "a Python expression over its arguments, such as success is False", value: stop ?? "" }], "Set",
      ({ condition }) => send({ type: "break", block: index, condition }))]);
    const ask = (kind, what) => () => panel.send("asking", { type: "ask", ask: kind, what: [what] });
    if (numbers.length) items.push([`Why was it invoked (${numbers[0]})?`, ask("why", `${one.whole}@${numbers[0]}`)]);
    items.push([state.count ? "Why not again?" : "Why not?", ask("why not", one.whole)]);
    for (const run of state.children ?? []) items.push([`Open the graph of its child, run ${run}`, () => send({ type: "open", run })]);
    panel.menu(g, `${one.whole} (${one.type})`, items);
  }
  function reach(index) {
    made.blocks[reached]?.g.setAttribute("tabindex", "-1");
    made.blocks[index].g.setAttribute("tabindex", "0");
    reached = index;
  }
  function next(index, [dx, dy]) {  // the nearest in a direction: what lies aside counts double
    const [x, y] = middle(index);
    let best = null, least = Infinity;
    made.blocks.forEach((_, other) => {
      const [u, v] = middle(other), along = (u - x) * dx + (v - y) * dy, aside = Math.abs((u - x) * dy) + Math.abs((v - y) * dx);
      if (other !== index && along > 1 && along + 2 * aside < least) { best = other; least = along + 2 * aside; }
    });
    return best;
  }
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const KEYS = { "+": () => place.zoom(place.view.k * 1.25), "-": () => place.zoom(place.view.k / 1.25), "0": fit, ".": centre };
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !made) return;
    const node = event.target.closest(".phl-node"), index = node ? Number(node.dataset.block) : null;
    const act = event.key in KEYS ? KEYS[event.key] : index === null ? null
      : event.key === "Enter" || event.key === " " ? () => open(index)
      : event.key in STEPS ? () => {
        const found = next(index, STEPS[event.key]);
        if (found === null) return;
        reach(found);
        look(found, false);
        made.blocks[found].g.focus({ preventScroll: true });
      } : null;
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  panel.key("g", "the flow graph: arrows go from block to block, Enter opens a menu, + - 0 . change the view", () =>
    body.hidden || !made?.blocks.length ? "there is no graph" : made.blocks[reached].g.focus({ preventScroll: true }));
  const jump = (event) => {
    const area = map.getBoundingClientRect();
    place.centre((event.clientX - area.left) / area.width * place.view.width, (event.clientY - area.top) / area.height * place.view.height);
  };
  map.addEventListener("pointerdown", jump);
  map.addEventListener("pointermove", (event) => { if (event.buttons) jump(event); });

  function mapped() {
    if (!made) return;
    const { width, height } = made.drawing, beside = width * READABLE + 72 <= whole[0];
    const scale = beside ? Math.min(64 / width, (whole[1] - 8) / height) : Math.min((whole[0] - 8) / width, 72 / height);
    body.dataset.map = beside ? "beside" : "below";
    map.style.width = `${Math.max(16, width * scale)}px`;
    map.style.height = `${Math.max(16, height * scale)}px`;
  }
  function redraw(drawing) {
    made = drawnGraph(layer, drawing, open);
    Object.assign(place.view, { width: drawing.width, height: drawing.height });
    map.setAttribute("viewBox", `0 0 ${drawing.width} ${drawing.height}`);
    mapped();
    small = drawing.blocks.map(({ x, y }) => svg("rect", { x, y, width: drawing.size[0], height: drawing.size[1], class: "phl-map-block" }));
    map.replaceChildren(...small, seen);
    waiting = true;
    if (drawing.blocks.length) reach(0);
  }

  return (given) => {
    view = given;
    body.hidden = bar.hidden = Boolean(view.problem);
    note.textContent = view.problem ?? "";
    note.hidden = !view.problem;
    if (view.problem) return;
    const drawing = panel.get("drawing");
    if (!drawing?.blocks) return;
    if (made?.drawing !== drawing) redraw(drawing);
    say(name, drawing.name);
    name.title = drawing.name;
    runs.hidden = view.runs.length === 0;
    const choices = [["", "where the run is"], ...view.runs.map(([run, playbook]) => [String(run), `${playbook} (run ${run})`])];
    if (runs.dataset.choices !== String(choices)) {  // an open list stays open
      runs.dataset.choices = String(choices);
      runs.replaceChildren(...choices.map(([value, label]) => { const option = el("option", "", label); option.value = value; return option; }));
    }
    runs.value = view.follows ? "" : String(view.run);

    made.blocks.forEach((block, index) => {
      const { one, g, title, count, marks } = block;
      const state = view.blocks[index] ?? {}, stop = view.breaks[index], current = index === view.current;
      if (!news(block, [state, stop, current && view.function, current])) return;
      g.dataset.state = state.state ?? (current ? "ran" : "");
      small[index].dataset.state = current ? "here" : state.state ?? "";
      g.dataset.here = String(current);
      g.dataset.stop = stop === undefined ? "" : stop ? "if" : "on";
      g.dataset.gone = String(!one.line);
      current ? g.setAttribute("aria-current", "step") : g.removeAttribute("aria-current");
      say(count, state.count ? `${state.count}×` : "");
      const told = [current ? view.function ? `here, in ${view.function}` : "here" : "", state.marks ?? ""].filter(Boolean).join(" · ");
      say(marks, told);
      const notes = [...(state.notes ?? ["not reached"]), ...(stop === undefined ? [] : [stop ? `breakpoint if ${stop}` : "breakpoint"]),
        ...(one.line ? [] : ["only in the export: the source has no such function"])];
      title.textContent = [`${one.whole} (${one.type})`, ...notes].join("\n");
      g.setAttribute("aria-label", [one.whole, one.type, current ? "the run is here" : "", ...notes].filter(Boolean).join(", "));
    });
    made.edges.forEach((edge, index) => {
      if (!news(edge, [view.edges[index], view.labels[index]])) return;
      const taken = view.edges[index], way = taken ? taken[0] ? "taken" : "end" : "";
      edge.line.dataset.way = edge.head.dataset.way = way;
      const label = view.labels[index];
      if (label) made.label(edge, label);
    });
    made.more.replaceChildren(...view.more.map((one) => svg("path", { d: one.path, class: "phl-edge", "data-way": "more" })));
    const others = Object.entries(view.others).map(([one, count]) => `${one} ${count}×`);
    const said = [others.length ? `Not in the graph, and invoked: ${others.join(", ")}.` : "",
      drawing.note].filter(Boolean).join(" ");
    say(note, said);
    note.hidden = !said;

    // Where the run is; once it has ended, where it went wrong.
    const raised = Object.keys(view.blocks).find((index) => view.blocks[index].state === "raised");
    const at = view.current ?? (view.status !== "running" && raised !== undefined ? Number(raised) : null);
    const moved = at !== null && at !== here;
    here = at ?? here;
    if (waiting) begin();
    else if (moved) look(at, false);
    if (moved && !layer.contains(document.activeElement)) reach(at);
  };
}
