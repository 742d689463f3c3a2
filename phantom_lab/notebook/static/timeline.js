// The invocations so far.
function timelinePart(box, panel) {
  return pagedTable(box, (message) => panel.send("timeline", message), (row, column, view) => {
    panel.send("head", { type: "go", n: Number(view.rows[row][view.columns.indexOf("n")][0]) });
  });
}
