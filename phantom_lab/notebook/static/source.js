// The source of the block that is looked at. Lines have one height, so that the whole file has its place in the scroll.
const SOURCE_LINE = 18;
const OUT_OF_SIGHT = 60; // milliseconds after which the lines follow that nobody sees without scrolling

function sourcePart(box, panel) {
  const send = (message) => panel.send("source", message);
  const bar = el("div", "phl-src-bar");
  const title = el("span", "phl-src-title"), file = el("span", "phl-src-file"), at = el("span", "phl-src-at");
  title.append(file, at);
  const caller = button("phl-small", "", "show the line that led to this block (key t)", () => send({ type: "caller" }));
  const values = button("phl-small", "", "", () => send({ type: view && view.inside.state === "working" ? "stop" : "inside" }));
  bar.append(title, caller, values);
  panel.key("t", "show the line that led to the block, and back", () => caller.hidden ? "no line of the source led to this block" : caller.click());
  panel.key("v", "values on the lines of the block: it is executed again", () => bar.hidden ? "there is no source" : values.hidden ? "the values of another invocation are being made" : values.click());
  panel.key("b", "breakpoint at the block", () => view?.block ? send({ type: "break", block: view.block }) : "the run is at no block");

  const said = el("div", "phl-src-said");
  const condition = conditionForm(send);
  const changes = changesBox();
  const scroll = el("div", "phl-src");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "group");
  const tall = el("div", "phl-src-tall");
  const part = el("div", "phl-src-window");
  tall.append(part);
  scroll.append(tall);
  const calls = el("div", "phl-src-calls");
  calls.setAttribute("role", "region");
  const empty = el("div", "phl-empty");
  box.append(bar, said, condition.box, changes.box, scroll, calls, empty);

  let view = null;
  let notes = null;
  let drawn = new Map(); // by line, in their order, without a gap
  let waiting = 0;
  let room = 0; // kept: asking the page for it would make it lay everything out in the middle of a step
  let key = "";
  let wanted = 0;
  let follow = true; // until somebody scrolls
  let placed = 0;
  const wantedTop = (height) => Math.max(0, Math.min(((view.calls ? view.calls.line : view.spot.line) - 1) * SOURCE_LINE - height / 3,
    view.total * SOURCE_LINE - height));
  const place = () => {
    if (!follow || !view || !view.lines) return;
    scroll.scrollTop = wantedTop(scroll.clientHeight);
    placed = scroll.scrollTop;
  };
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.height !== room && waiting) all();
    room = contentRect.height;
    place();
  }).observe(scroll);
  scroll.addEventListener("scroll", () => {
    if (Math.abs(scroll.scrollTop - placed) > 2) { follow = false; placed = scroll.scrollTop; if (waiting) all(); }
    if (!view || !view.lines) return;
    const top = Math.floor(scroll.scrollTop / SOURCE_LINE) + 1;
    const bottom = Math.min(view.total, Math.ceil((scroll.scrollTop + scroll.clientHeight) / SOURCE_LINE));
    const last = view.first + view.lines.length - 1;
    if (top >= view.first && bottom <= last) return;
    const from = Math.max(1, Math.floor((top + bottom) / 2) - 120);
    if (Math.abs(from - wanted) < 20) return;
    wanted = from;
    send({ type: "lines", from });
  });

  // A line has a menu; by the key, that at which the run is.
  const about = (row) => {
    const n = Number(row?.dataset.line ?? view?.spot?.line), point = view?.lines && view.breakpoints.find((one) => one.line === n);
    if (!n || !view.lines) return null;
    const called = view.called.some(([one]) => one === n);
    const code = (view.lines[n - view.first] ?? []).map(([, text]) => text).join("").trim();
    return { title: `line ${n}: ${code}`, ...(view.of === null ? {} : { what: `line ${n}${view.of ? ` of ${view.of}` : ""}` }), text: code, items: [
      ...(point ? [[point.set ? "Remove the breakpoint" : `Set a breakpoint before ${point.block}`, () => send({ type: "break", block: point.block })]] : []),
      ...(called ? [["Show what its calls gave", () => send({ type: "calls", line: n })]] : [])] };
  };
  scroll.addEventListener("contextmenu", (event) => {
    const row = event.target.closest(".phl-src-line"), found = about(row);
    if (!row || !found) return;
    event.preventDefault();
    event.stopPropagation();
    panel.ask(row, found);
  });
  scroll.addEventListener("keydown", (event) => {
    if (event.key !== "m" || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = event.target.closest(".phl-src-line") ?? part.querySelector(".phl-src-spot");
    const found = about(row);
    if (!row || !found) return;
    event.preventDefault();
    event.stopPropagation();
    panel.ask(row, found);
  });

  function line(tokens, n, notes) {
    const row = el("div", "phl-src-line");
    row.dataset.line = n;
    const point = notes.points.get(n);
    let gutter;
    if (point) {
      const told = point.set ? `remove the breakpoint (${point.told})` : `set a breakpoint before ${point.block}`;
      gutter = button("phl-src-gutter phl-src-point", "", told, () => send({ type: "break", block: point.block }));
      gutter.setAttribute("aria-label", told);
      gutter.setAttribute("aria-pressed", String(point.set));
      if (point.condition) gutter.dataset.condition = "true";
    } else gutter = el("span", "phl-src-gutter");
    row.append(gutter, el("span", "phl-src-number", String(n)));
    if (notes.changed.has(n)) {
      row.classList.add("phl-src-changed");
      row.title = "this line is another one now";
    }
    const code = el("span", "phl-src-code");
    for (const [cls, text] of tokens) code.append(cls ? el("span", "phl-t-" + cls, text) : text);
    row.append(code);
    const called = notes.called.get(n);
    if (called) {
      const told = `line ${n} made ${called[1]} call${called[1] > 1 ? "s" : ""}: show what they gave`;
      const mark = button("phl-src-mark", `${called[1] > 1 ? called[1] + "× " : ""}→`, told,
        () => send({ type: "calls", line: view.calls && view.calls.line === n ? 0 : n }));
      mark.setAttribute("aria-label", told);
      mark.setAttribute("aria-expanded", String(Boolean(view.calls && view.calls.line === n)));
      if (called[2]) mark.dataset.raised = "true";
      row.append(mark);
    }
    const seen = notes.seen.get(n);
    if (seen) {
      row.classList.add("phl-src-ran");
      if (seen[2]) row.append(el("span", "phl-src-way", seen[2]));
      if (seen[1].length) {
        const texts = el("span", "phl-src-values", seen[1].join("   "));
        texts.title = seen[1].join("\n");
        row.append(texts);
      }
    }
    return row;
  }

  // A line that shows what it showed keeps its row; where the run is changes nothing in it.
  function rowOf(n) {
    const tokens = view.lines[n - view.first];
    const shown = JSON.stringify([tokens, notes.points.get(n), notes.changed.has(n), notes.called.get(n), notes.seen.get(n),
      view.calls && view.calls.line === n]);
    const before = drawn.get(n);
    const kept = before && before.shown === shown ? before : { shown, row: line(tokens, n, notes) };
    const spot = view.spot.line === n && view.spot.kind, outside = n < view.span[0] || n > view.span[1];
    if (kept.spot !== spot) {
      kept.row.classList.toggle("phl-src-spot", Boolean(spot));
      spot ? kept.row.setAttribute("aria-current", "true") : kept.row.removeAttribute("aria-current");
      kept.row.dataset.kind = spot || "";
    }
    if (kept.outside !== outside) kept.row.classList.toggle("phl-src-outside", outside);
    return Object.assign(kept, { spot, outside });
  }

  // Draws some lines; other rows stay as they are where they join them, and the focus where it is.
  function fill(from, to, others) {
    const focused = tall.contains(document.activeElement) ? document.activeElement : null;
    const held = focused && [focused.closest(".phl-src-line").dataset.line, focused.className];
    const before = [...drawn.keys()], joins = others && before[0] <= to + 1 && before.at(-1) >= from - 1;
    const now = new Map();
    for (let n = joins ? Math.min(from, before[0]) : from; n <= (joins ? Math.max(to, before.at(-1)) : to); n += 1) {
      now.set(n, n < from || n > to ? drawn.get(n) : rowOf(n));
    }
    drawn = now;
    const kept = new Set([...drawn.values()].map(({ row }) => row));
    for (const row of [...part.children]) if (!kept.has(row)) row.remove();  // first, so that no row that stays is moved
    [...drawn.values()].forEach(({ row }, place) => {
      if (part.children[place] !== row) part.insertBefore(row, part.children[place] || null);
    });
    const [first] = drawn.keys();
    part.style.paddingTop = (first - 1) * SOURCE_LINE + "px";  // a row that stays keeps its place in its box
    if (held && document.activeElement !== focused) {
      const again = [...tall.querySelectorAll(`[data-line="${held[0]}"] button`)].find((one) => one.className === held[1]);
      if (again) again.focus({ preventScroll: true });
    }
  }
  function all() {
    clearTimeout(waiting);
    waiting = 0;
    if (view.lines) fill(view.first, view.first + view.lines.length - 1, false);
  }
  // What is seen is drawn at once.
  function soon() {
    const last = view.first + view.lines.length - 1, top = follow ? wantedTop(room) : placed;
    const from = Math.max(view.first, Math.floor(top / SOURCE_LINE));
    const to = Math.min(last, Math.ceil((top + room) / SOURCE_LINE) + 1);
    if (!room || from > to) return all();
    fill(from, to, true);
    clearTimeout(waiting);
    waiting = setTimeout(all, OUT_OF_SIGHT);
  }

  return (next) => {
    view = next;
    const there = Boolean(view.lines);
    for (const part of [bar, said, scroll]) part.hidden = !there;
    empty.hidden = there;
    if (!there) {
      empty.textContent = view.empty;
      calls.hidden = condition.box.hidden = changes.box.hidden = true;
      return;
    }
    say(file, view.name);
    say(at, `${view.block}, line ${view.spot.line} of ${counted(view.total)}`);
    title.title = `${view.name} · ${view.block}, line ${view.spot.line}`;
    caller.hidden = !view.caller && !view.at_caller;
    say(caller, view.at_caller ? "back to the block" : view.caller ? `from ${view.caller.block}, line ${view.caller.line}` : "");
    caller.setAttribute("aria-pressed", String(view.at_caller));
    valuesButton(values, view);
    say(said, [view.spot.text, view.inside.text].filter(Boolean).join(" · "));
    said.dataset.kind = view.spot.kind;
    condition.draw(view);
    changes.draw(view.changes);
    notes = {
      points: new Map(view.breakpoints.map((one) => [one.line, one])),
      called: new Map(view.called.map((one) => [one[0], one])),
      seen: new Map((view.inside.lines || []).map((one) => [one[0], one])),
      changed: new Set(view.changes.lines),
    };
    tall.style.height = view.total * SOURCE_LINE + "px";
    scroll.setAttribute("aria-label", `source of ${view.name}, lines ${view.first} to ${view.first + view.lines.length - 1} of ${view.total}`);
    if (key !== view.key) {
      key = view.key;
      wanted = view.first;
      follow = true;
      queueMicrotask(() => { scroll.scrollLeft = 0; });
    }
    soon();
    drawCalls(panel, calls, view, () => send({ type: "calls", line: 0 }));
    queueMicrotask(place); // all parts are drawn then, and laid out once
  };
}

function valuesButton(node, { inside }) {
  const busy = inside.state === "working" || inside.state === "elsewhere";
  say(node, inside.state === "working" ? `Stop (invocation ${inside.reached} of ${inside.of})`
    : inside.state === "done" ? "Values again" : "Values");
  node.title = busy ? "end the execution again" : "execute the run again up to the end of this block, and show the values on its lines (key v)";
  node.hidden = inside.state === "elsewhere";
  node.classList.toggle("phl-busy", busy);
}

// What a line called: arguments and what came back.
function drawCalls(panel, box, { calls: found, of }, close) {
  box.hidden = !found;
  if (!found) { box.replaceChildren(); return; }
  box.setAttribute("aria-label", `calls of line ${found.line}`);
  const head = el("div", "phl-src-callhead", found.calls.length
    ? `Line ${found.line}: ${found.calls.length} of ${found.total} call${found.total > 1 ? "s" : ""}` : `Line ${found.line} called nothing`);
  const shut = shutting(button("phl-close", "×", "close", close));
  shut.setAttribute("aria-label", "close");
  const list = el("div", "phl-src-calllist");
  for (const one of found.calls) {
    const item = el("dl", "phl-src-call");
    item.append(el("dt", "phl-src-callname", one.name));
    const gave = one.raised ? `raised ${one.raised}` : one.over ? `gave ${one.gave}` : "has not returned yet";
    item.append(el("dd", one.raised ? "phl-src-raised" : "phl-src-gave", gave));
    for (const [name, text] of one.given) item.append(el("dd", "", `${name} = ${text}`));
    withMenu(panel, item, () => ({ title: `${one.name}, line ${found.line}`, text: item.innerText,
      ...(of === null ? {} : { what: `line ${found.line}${of ? ` of ${of}` : ""}` }) }));
    if (one.none.length) item.append(el("dd", "phl-src-none", `None: ${one.none.join(", ")}`));
    list.append(item);
  }
  box.replaceChildren(head, shut, list);
}

// The condition of a breakpoint that was set just now.
function conditionForm(send) {
  const box = el("form", "phl-src-condition");
  const label = el("label", "", "");
  const input = el("input", "phl-input");
  input.placeholder = "always; or a Python expression, such as success is False";
  input.spellcheck = false;
  const set = el("button", "phl-small", "Set");
  set.type = "submit";
  label.append(el("span"), input);
  box.append(label, set);
  let block = "";
  box.addEventListener("submit", (event) => {
    event.preventDefault();
    send({ type: "condition", block, condition: input.value });
  });
  return {
    box,
    draw(view) {
      const point = view.breakpoints.find((one) => one.block === view.asked && one.set);
      box.hidden = !point;
      if (!point) { block = ""; return; }
      label.firstChild.textContent = `Rest before ${point.block} if `;
      if (block !== point.block) input.value = point.condition;
      block = point.block;
    },
  };
}

// What became of the file since the run began.
function changesBox() {
  const box = el("details", "phl-src-changes");
  const summary = el("summary");
  const lines = el("div", "phl-src-diff");
  box.append(summary, lines);
  return {
    box,
    draw(found) {
      box.hidden = !found.count && !found.problem;
      if (box.hidden) return;
      const many = (n) => `${n} change${n === 1 ? "" : "s"}`;
      summary.textContent = found.problem ? `As it is now, it cannot be read: ${found.problem}`
        : found.here ? `The code has changed since the run began: ${many(found.here)} here, ${many(found.count)} in all`
          : `The code has changed since the run began: ${many(found.count)}, none of these lines`;
      lines.replaceChildren(...found.told.map(([sign, n, text]) => {
        const row = el("div", sign === "+" ? "phl-src-added" : "phl-src-gone");
        row.append(el("span", "phl-src-number", `${sign} ${n}`), el("span", "phl-src-code", text));
        return row;
      }), ...(found.more ? [el("div", "phl-src-more", `… and ${found.more} more lines`)] : []));
    },
  };
}
