// One value that is edited as JSON.
function editingPart(box, panel) {
  const send = (message) => panel.send("editing", message);
  const form = el("form", "phl-form");
  const label = el("label", "phl-field");
  const title = el("b", "phl-asked");
  const text = el("textarea", "phl-input phl-edit");
  text.spellcheck = false;
  const save = el("button", "phl-command phl-give");
  save.type = "submit";
  const row = el("div", "phl-row");
  row.append(save, shutting(button("phl-command", "Cancel", "", () => { send({ type: "cancel" }); panel.root.focus(); })));
  label.append(title, text);
  form.append(label, row);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send({ type: "save", text: text.value });
  });
  box.append(form);
  let shown = "";
  return (view) => {
    title.textContent = view.title;
    save.textContent = view.save;
    if (shown !== view.title + view.text) text.value = view.text;
    if (!shown) {
      text.focus();
      text.setSelectionRange(0, 0);
      text.scrollTop = 0;
    }
    shown = view.title + view.text;
  };
}
