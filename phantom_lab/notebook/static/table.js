// One page of a table; what a view holds: see `Page.view`.
const COPY = "M4.5 3.5h6v7h-6z M2.5 8.5h-1v-7h6v1"; // two overlapping sheets

// Draws into a box; `send` takes the table's messages, `open` what a click on a cell is, else the cell's text is shown.
function pagedTable(box, send, open) {
  box.classList.add("phl-table");
  let typed = null;
  const opened = open ?? ((row, column) => send({ type: "cell", row, column }));

  const head = el("div", "phl-head");
  const caption = el("div", "phl-caption");
  const filter = el("input", "phl-filter");
  filter.type = "search";
  filter.placeholder = "filter rows";
  filter.setAttribute("aria-label", "filter rows");
  filter.addEventListener("input", () => {
    clearTimeout(typed);
    typed = setTimeout(() => { typed = null; send({ type: "filter", text: filter.value }); }, 200);
  });
  head.append(caption, filter);
  const scroller = el("div", "phl-scroll");
  const detail = el("div", "phl-detail");
  const foot = el("div", "phl-foot");
  box.append(head, scroller, detail, foot);

  function header(view, name) {
    const cell = el("th");
    // a datapath's head stands small above its tail, so that the columns stay narrow
    const [, origin, tail] = /^(.*?(?:action_result|artifact:\*)\.)?(.*)$/s.exec(name);
    const sort = el("button", "phl-sort");
    if (origin) sort.append(el("span", "phl-origin", origin));
    sort.append(el("span", "", tail));
    sort.title = "sort by " + name;
    if (view.sort === name) sort.append(el("span", "phl-arrow", view.descending ? " ▼" : " ▲"));
    sort.addEventListener("click", () => send({ type: "sort", column: name }));
    const copy = el("button", "phl-copy");
    copy.append(icon(COPY));
    copy.title = "copy " + name;
    copy.setAttribute("aria-label", "copy " + name);
    copy.addEventListener("click", async () => {
      await copyText(name);
      copy.classList.add("phl-copied");
      setTimeout(() => copy.classList.remove("phl-copied"), 900);
    });
    cell.append(sort, copy);
    return cell;
  }

  function body(view) {
    const table = el("table");
    const top = el("tr");
    for (const name of view.columns) top.append(header(view, name));
    table.append(el("thead"));
    table.firstChild.append(top);
    const rows = el("tbody");
    view.rows.forEach((row, number) => {
      const line = el("tr");
      row.forEach(([text, kind], column) => {
        const cell = el("td", "phl-" + kind, text);
        cell.addEventListener("click", () => opened(number, view.columns[column], view));
        line.append(cell);
      });
      rows.append(line);
    });
    table.append(rows);
    return table;
  }

  return (view) => {
    caption.textContent = view.caption;
    if (typed === null && document.activeElement !== filter) filter.value = view.query;
    filter.hidden = view.total < 2 && !view.query;
    const left = scroller.scrollLeft;
    scroller.replaceChildren(
      view.matching ? body(view) : el("div", "phl-empty", view.total ? "no row matches the filter" : view.empty));
    scroller.scrollLeft = left;
    detail.hidden = !view.detail;
    if (view.detail) {
      const close = el("button", "phl-close", "×");
      close.setAttribute("aria-label", "close");
      close.addEventListener("click", () => send({ type: "close" }));
      detail.replaceChildren(close, el("div", "phl-path", view.detail.column), el("pre", "", view.detail.text));
    }
    foot.hidden = view.pages < 2;
    if (view.pages > 1) {
      const back = el("button", "phl-page", "‹");
      const next = el("button", "phl-page", "›");
      back.disabled = view.page === 0;
      next.disabled = view.page === view.pages - 1;
      back.setAttribute("aria-label", "previous page");
      next.setAttribute("aria-label", "next page");
      back.addEventListener("click", () => send({ type: "page", page: view.page - 1 }));
      next.addEventListener("click", () => send({ type: "page", page: view.page + 1 }));
      const last = view.first + view.rows.length;
      const of = view.matching < view.total ? `${view.matching} matching of ${view.total}` : `${view.total}`;
      foot.replaceChildren(back, el("span", "", `rows ${view.first + 1}–${last} of ${of}`), next);
    }
  };
}
