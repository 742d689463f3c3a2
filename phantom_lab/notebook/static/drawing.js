// What does not change of a flow graph: nodes and lines are made once for each drawing, and kept on every step.
const FITS = 22;  // letters of a name for which there is room; more are drawn narrower

function drawnGraph(layer, drawing, open) {
  const lines = svg("g"), labels = svg("g"), more = svg("g"), nodes = svg("g");
  layer.replaceChildren(lines, more, labels, nodes);
  const [width, height] = drawing.size;
  const edges = drawing.edges.map((one) => {
    const line = svg("path", { d: one.path, class: "phl-edge" }), head = svg("path", { d: one.head, class: "phl-arrow" });
    lines.append(line, head);
    return { one, line, head, label: null };
  });
  const blocks = drawing.blocks.map((one, index) => {
    const g = svg("g", { class: "phl-node", role: "button", tabindex: "-1", "aria-haspopup": "menu", "data-block": index,
      "data-type": one.type, "data-lm-suppress-shortcuts": "true", transform: `translate(${one.x} ${one.y})` });
    const title = svg("title");
    const count = svg("text", { x: width - 9, y: 40, class: "phl-node-count" }), marks = svg("text", { x: width - 4, y: height + 13, class: "phl-node-marks" });
    const stop = svg("circle", { cx: 0, cy: height / 2, r: 6, class: "phl-node-break" });
    const name = svg("text", { x: 12, y: 22, class: "phl-node-name", ...(one.name.length > FITS ? { textLength: width - 24, lengthAdjust: "spacingAndGlyphs" } : {}) }, one.name);
    g.append(title, svg("rect", { width, height, rx: 7, class: "phl-node-box" }), name,
      svg("text", { x: 12, y: 40, class: "phl-node-kind" }, one.kind), count, marks, stop);
    g.addEventListener("click", () => open(index));
    nodes.append(g);
    return { one, g, title, count, marks };
  });
  // What is said on a line, [text, taken or null, sentence].
  function label(edge, [text, taken, sentence]) {
    const [x, y] = edge.one.label, long = 6.1 * text.length + 8;
    if (!edge.label) {
      const g = svg("g", { class: "phl-edge-label" }), title = svg("title");
      const box = svg("rect", { y: y - 9, height: 18 }), words = svg("text", { x, y: y + 4 });
      g.append(title, box, words);
      labels.append(g);
      edge.label = { g, title, box, words };
    }
    edge.label.g.dataset.taken = String(taken);
    edge.label.title.textContent = sentence;
    edge.label.words.textContent = text;
    edge.label.box.setAttribute("x", x - long / 2);
    edge.label.box.setAttribute("width", long);
  }
  return { drawing, edges, blocks, more, label };
}
