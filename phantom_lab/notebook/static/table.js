// One page of a table; what a view holds: see `Page.view`.
// Draws into a box; `send` takes the table's messages, `open` what a click on a cell is, else the cell's text is shown.
// `asks` gives what opens the menu of a cell, where there is one: `(node, {row, column, path})`.
function pagedTable(box, send, open, asks = () => undefined) {
  box.classList.add("phl-table");
  let typed = null;
  let shown = null;

  const head = el("div", "phl-head");
  const caption = el("div", "phl-caption");
  const columns = focusable(button("phl-columns", "", "choose columns"), "columns");
  columns.addEventListener("click", () => send({ type: "choose", ...(shown.choosing ? {} : { text: "" }) }));
  const filter = focusable(el("input", "phl-filter"), "filter");
  filter.type = "search";
  filter.placeholder = "filter rows";
  filter.setAttribute("aria-label", "filter rows");
  filter.addEventListener("input", () => {
    clearTimeout(typed);
    typed = setTimeout(() => { typed = null; send({ type: "filter", text: filter.value }); }, 200);
  });
  head.append(caption, columns, filter);
  const hidden = el("div", "phl-hidden");
  hidden.setAttribute("role", "status");
  const chooser = el("div", "phl-chooser");
  const folded = el("div", "phl-folded");
  const scroller = el("div", "phl-scroll");
  scroller.tabIndex = -1;
  scroller.setAttribute("role", "group");
  scroller.setAttribute("aria-label", "rows");
  const detail = el("div", "phl-detail");
  const foot = el("div", "phl-foot");
  box.append(head, hidden, folded, chooser, scroller, detail, foot);

  // Cells hold no more than their place: what one is about is that of the view that is shown, which may be another one
  // while the cells stay.
  const cellOf = (event) => event.target.closest("td[data-focus]");
  const placeOf = (cell) => cell.dataset.focus.split(" ").slice(1).map(Number);
  const more = button("phl-more", "", "ask about this", (event) => {
    event.stopPropagation();
    ask(cellOf(event));
  });
  more.append(icon(MORE));
  more.tabIndex = -1;
  const offer = (cell) => { if (cell && asks() && more.parentNode !== cell) cell.append(more); };
  const ask = (cell) => asks()(cell, subject(...placeOf(cell)));
  scroller.addEventListener("pointerover", (event) => offer(cellOf(event)));
  scroller.addEventListener("focusin", (event) => { if (event.target === cellOf(event)) offer(event.target); });
  scroller.addEventListener("contextmenu", (event) => {
    const cell = cellOf(event);
    if (!cell || !asks()) return;
    event.preventDefault();
    event.stopPropagation();
    ask(cell);
  });
  scroller.addEventListener("click", (event) => {
    const cell = cellOf(event);
    if (!cell) return;
    const [row, column] = placeOf(cell);
    if (shown.record) send({ type: "cell", place: shown.record.place, column: shown.record.fields[row].key });
    else if (open) open(row, shown.columns[column], shown);
    else send({ type: "cell", row, column: shown.keys[column] });
  });

  function header(view, number) {
    const name = view.columns[number];
    const cell = el("th", number ? "" : "phl-first");
    cell.scope = "col";
    const sort = focusable(button("phl-sort", "", "sort by " + name), "sort " + view.keys[number]);
    sort.append(...pathLabel(name).slice(-1));
    const sorted = view.sort === view.keys[number];
    if (sorted) sort.append(el("span", "phl-arrow", view.descending ? " ▼" : " ▲"));
    cell.setAttribute("aria-sort", sorted ? (view.descending ? "descending" : "ascending") : "none");
    sort.addEventListener("click", () => send({ type: "sort", column: view.keys[number] }));
    cell.append(sort, copyButton(view.paths[number], name));
    return cell;
  }

  function valueCell([text, kind], mark, row, column) {
    const cell = focusable(el("td", "phl-" + kind), `cell ${row} ${column}`);
    cell.append(el("span", "phl-text", text));
    if (text.length > 40) cell.classList.add("phl-long");
    if (mark) {
      cell.classList.add("phl-marked");
      cell.dataset.mark = mark.what;
      cell.title = NOT_AS_IT_WAS[mark.what] + (mark.was ? "; it was " + mark.was : "");
    }
    cell.tabIndex = -1;
    return cell;
  }

  // What the menu of a cell is about; of `phantom_lab.uses` the path begins behind the head of the datapath.
  function subject(row, column) {
    const { record } = shown, field = record?.fields[row], [text, , own] = record ? field.cell : shown.rows[row][column];
    const name = record ? field.name : shown.columns[column], path = own ?? (record ? field.path : shown.paths[column]);
    const [what, of] = record ? record.about : shown.about[row];
    const within = path.replace(/^(?:.*?(?:action_result|custom_function_result|artifact:\*)\.|container:|run_data:.*)/s, "");
    return { row: record ? record.place : shown.places[row], column: name, text, title: path || name, ...(what ? { what } : {}),
      ...(of ? { uses: within && within !== path ? [of, within] : [of] } : {}),
      ...(shown.watched && path.includes(":") ? { path } : {}) };
  }

  function body(view) {
    const table = el("table", view.columns.length === 2 ? "phl-few" : "");
    const marks = new Map(view.marks.map(([row, column, what, was]) => [row + " " + column, { what, was }]));
    const top = el("tr");
    if (view.tidy) top.append(el("th", "phl-open"));
    view.columns.forEach((name, number) => top.append(header(view, number)));
    table.append(el("thead"));
    table.firstChild.append(...origins(view), top);
    const rows = el("tbody");
    view.rows.forEach((row, number) => {
      const line = el("tr");
      const whole = marks.get(number + " -1");
      if (whole) {
        line.dataset.mark = whole.what;
        line.title = NOT_AS_IT_WAS[whole.what] + (whole.was ? "; " + whole.was : "");
      }
      if (view.tidy) {
        const first = el("td", "phl-open");
        const record = focusable(button("phl-record-open", "", "this row as a record",
          () => send({ type: "record", row: view.first + number })), "record " + number);
        record.append(icon(RECORD));
        record.setAttribute("aria-label", `row ${view.first + number + 1} as a record`);
        first.append(record);
        line.append(first);
      }
      row.forEach((value, column) => {
        const cell = valueCell(value, marks.get(number + " " + column), number, column);
        if (!column) cell.classList.add("phl-first");
        line.append(cell);
      });
      rows.append(line);
    });
    if (rows.querySelector("td[data-focus]")) rows.querySelector("td[data-focus]").tabIndex = 0;
    table.append(rows);
    return table;
  }

  // Arrow keys walk through the cells; Enter opens one.
  scroller.addEventListener("keydown", (event) => {
    const cell = cellOf(event);
    if (cell && event.key === "m" && asks()) {
      event.preventDefault();
      event.stopPropagation();
      ask(cell);
      return;
    }
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!cell || event.ctrlKey || event.metaKey || event.altKey || !(step || event.key === "Enter")) return;
    event.preventDefault();
    event.stopPropagation();
    if (!step) {
      cell.click();
      return;
    }
    const [row, column] = placeOf(cell);
    const wanted = `cell ${row + step[0]} ${column + step[1]}`;
    const next = [...scroller.querySelectorAll("td[data-focus]")].find((one) => one.dataset.focus === wanted);
    if (!next) return;
    cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });

  function record(view) {
    const { position, total, fields } = view.record;
    const bar = el("div", "phl-record-bar");
    const go = (label, text, row, can) => {
      const node = focusable(button("phl-page", text, label, () => can && send({ type: "record", row })), label);
      node.setAttribute("aria-label", label);
      enable(node, can);
      return node;
    };
    bar.append(go("previous row", "‹", position - 1, position > 0),
      el("span", "", `row ${counted(position + 1)} of ${counted(view.matching)}`),
      go("next row", "›", position + 1, position + 1 < view.matching),
      focusable(button("phl-as-table", "as a table", "", () => send({ type: "record" })), "as a table"));
    if (view.record.mark) bar.append(el("span", "phl-record-mark", NOT_AS_IT_WAS[view.record.mark]));
    if (fields.length < total) bar.append(el("span", "phl-cut", `${fields.length} of ${counted(total)} fields`));
    const table = el("table", "phl-fields");
    fields.forEach((field, number) => {
      const line = el("tr");
      const name = el("th");
      name.scope = "row";
      name.append(...pathLabel(field.name, fields[number - 1]?.name), copyButton(field.cell[2] ?? field.path, field.name));
      const mark = field.mark && { what: field.mark, was: "" };
      const cell = valueCell(field.cell, mark, number, 0);
      cell.tabIndex = number ? -1 : 0;
      line.append(name, cell);
      table.append(line);
    });
    const whole = el("div", "phl-record");
    whole.append(bar, table);
    return whole;
  }

  function fold(view) {
    folded.hidden = !view.folded.length || Boolean(view.record);
    const rows = view.whole ? `all ${counted(view.total)} rows` : `the ${view.rows.length} rows shown`;
    folded.replaceChildren(el("span", "phl-folded-lead", `the same in ${rows}:`), ...view.folded.map((one) => {
      const node = focusable(button("phl-fold", "", `${one.name} as a column`,
        () => send({ type: "column", column: one.key, shown: true })), "fold " + one.key);
      node.append(...pathLabel(one.name).slice(-1), el("span", "phl-equals", " = "), el("span", "phl-" + one.kind, one.text));
      return node;
    }), ...(view.folded.length < view.alike
      ? [el("span", "phl-cut", `${view.folded.length} of ${counted(view.alike)} such columns`)] : []));
  }

  function choose(view) {
    columns.hidden = !view.tidy || !view.total || view.known < 2 || Boolean(view.record);
    columns.textContent = `${view.columns.length} of ${counted(view.known)} columns`;
    columns.setAttribute("aria-expanded", String(Boolean(view.choosing)));
    columns.classList.toggle("phl-cut", view.left > 0);
    chooser.hidden = !view.choosing || Boolean(view.record);
    if (chooser.hidden) return chooser.replaceChildren();
    const search = focusable(el("input", "phl-filter"), "search columns");
    search.type = "search";
    search.placeholder = "find a column";
    search.setAttribute("aria-label", "find a column");
    search.value = chooser.querySelector("input[type=search]")?.value ?? view.choosing.text;
    search.addEventListener("input", () => {
      clearTimeout(typed);
      typed = setTimeout(() => { typed = null; send({ type: "choose", text: search.value }); }, 200);
    });
    const names = view.choosing.columns.map((one) => {
      const label = el("label", "phl-choice");
      const tick = focusable(el("input"), "choice " + one.key);
      tick.type = "checkbox";
      tick.checked = one.shown;
      tick.addEventListener("change", () => send({ type: "column", column: one.key, shown: tick.checked }));
      label.append(tick, el("span", "", one.name));
      return label;
    });
    const { total } = view.choosing;
    const cut = names.length < total ? [el("div", "phl-cut", `${names.length} of ${counted(total)} columns are listed`)] : [];
    chooser.replaceChildren(search, ...names, ...cut);
  }

  function tell(view) {
    hidden.hidden = !view.hidden && !view.searched;
    hidden.replaceChildren(el("span", "", [view.hidden, view.searched].filter(Boolean).join("; ")));
    if (view.hidden) hidden.append(focusable(button("phl-clear", "clear the filter", "", () => {
      filter.value = "";
      send({ type: "filter", text: "" });
    }), "clear"));
  }

  function pages(view) {
    foot.hidden = view.pages < 2 || Boolean(view.record);
    if (view.pages < 2) return;
    const go = (label, text, page, can) => {
      const node = focusable(button("phl-page", text, label, () => can && send({ type: "page", page })), label);
      node.setAttribute("aria-label", label);
      enable(node, can);
      return node;
    };
    const last = view.first + view.rows.length;
    const of = view.matching < view.total ? `${counted(view.matching)} matching of ${counted(view.total)}` : counted(view.total);
    foot.replaceChildren(go("previous page", "‹", view.page - 1, view.page > 0),
      el("span", "", `rows ${counted(view.first + 1)}–${counted(last)} of ${of}`),
      go("next page", "›", view.page + 1, view.page < view.pages - 1));
  }

  // Where it is scrolled to is kept: asking the page for it would make it lay everything out in the middle of a step.
  const at = { scrollLeft: 0, scrollTop: 0 };
  scroller.addEventListener("scroll", () => Object.assign(at, { scrollLeft: scroller.scrollLeft, scrollTop: scroller.scrollTop }));
  function rows(view, turned) {
    const { scrollLeft, scrollTop } = at;
    more.remove();
    scroller.replaceChildren(view.matching ? (view.record ? record(view) : body(view))
      : el("div", "phl-empty", view.total ? "no row matches the filter" : view.empty));
    if (scrollLeft) scroller.scrollLeft = scrollLeft;
    if (scrollTop) scroller.scrollTop = turned ? 0 : scrollTop;
  }

  // What shows what it showed stays, each part by itself.
  const told = { rows: {}, said: {} };
  return (view) => {
    const turned = shown && (shown.page !== view.page || Boolean(shown.record) !== Boolean(view.record));
    shown = view;
    if (typed === null && document.activeElement !== filter) filter.value = view.query;
    const { about, places, watched, caption: words, hidden: by, searched, folded: same, alike, known, left, choosing, detail: one,
      record: single, ...cells } = view;
    const cellsDiffer = news(told.rows, [cells, single && { ...single, about: 0, place: 0 }]);
    if (!news(told.said, [words, by, searched, same, alike, known, left, choosing, one]) && !cellsDiffer) return;
    redraw(box, () => {
      caption.textContent = view.caption;
      filter.hidden = (view.total < 2 && !view.query) || Boolean(view.record);
      if (cellsDiffer) rows(view, turned);
      tell(view);
      fold(view);
      choose(view);
      detail.hidden = !view.detail;
      if (view.detail) {
        const close = shutting(focusable(button("phl-close", "×", "close", () => send({ type: "close" })), "close"));
        close.setAttribute("aria-label", "close");
        detail.replaceChildren(close, el("div", "phl-path", view.detail.column), el("pre", "", view.detail.text));
      }
      pages(view);
    });
  };
}
