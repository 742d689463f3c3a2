// Menus and small forms that open beside what they are about; closed by Escape, a click elsewhere, or a choice.
// Items are [label, act], where a label may be a key and what it does; fields are {name, label, value, area}.

// What has a menu: by a right click, and by the key m where it has the focus. `subject` makes what it is about; null: none.
function withMenu(panel, node, subject) {
  const open = (event) => {
    const found = subject(event);
    if (!found) return;
    event.preventDefault();
    event.stopPropagation();
    panel.ask(node, found);
  };
  node.addEventListener("contextmenu", open);
  node.addEventListener("keydown", (event) => {
    if (event.key === "m" && event.target === node && !(event.ctrlKey || event.metaKey || event.altKey)) open(event);
  });
  return node;
}

function opener(root) {
  let open = null;
  function close(back) {
    if (!open) return;
    const { box, anchor } = open;
    open = null;
    box.remove();
    if (back) anchor.focus?.();
  }
  function place(anchor, box) {
    close(false);
    open = { box, anchor };
    root.append(box);
    const [at, frame] = [anchor.getBoundingClientRect(), root.getBoundingClientRect()];
    box.style.left = `${Math.max(0, Math.min(at.left - frame.left, frame.width - box.offsetWidth - 4))}px`;
    const below = at.bottom - frame.top + 2, above = at.top - frame.top - box.offsetHeight - 2;
    box.style.top = `${below + box.offsetHeight > frame.height && above >= 0 ? above : below}px`;
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(true); }
    });
  }
  root.addEventListener("pointerdown", (event) => {
    if (open && !open.box.contains(event.target)) close(false);
  }, true);

  function menu(anchor, title, items) {
    if (!items.length) return;
    const box = el("div", "phl-menu");
    box.setAttribute("role", "menu");
    box.setAttribute("aria-label", title);
    box.append(el("div", "phl-menu-title", title));
    const nodes = items.map(([label, act]) => {
      const [key, what] = Array.isArray(label) ? label : [null, label];
      const node = button("phl-item", key ? undefined : what, "", () => { close(true); act(anchor); });
      if (key) node.append(el("kbd", "phl-key", key), " ", el("span", "", what));
      node.setAttribute("role", "menuitem");
      return node;
    });
    box.append(...nodes);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Tab") return close(true);  // on from what it is about
      const at = nodes.indexOf(document.activeElement), count = nodes.length;
      const next = { ArrowDown: (at + 1) % count, ArrowUp: (at - 1 + count) % count, Home: 0, End: count - 1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      nodes[next].focus();
    });
    place(anchor, box);
    nodes[0]?.focus({ preventScroll: true });
  }

  function form(anchor, title, fields, label, act) {
    const box = el("form", "phl-menu phl-small-form");
    box.setAttribute("aria-label", title);
    box.append(el("div", "phl-menu-title", title));
    const inputs = fields.map((field) => {
      const line = el("label", "phl-field", field.label);
      const input = el(field.area ? "textarea" : "input", "phl-input");
      input.name = field.name;
      input.value = field.value ?? "";
      input.spellcheck = false;
      line.append(input);
      box.append(line);
      return input;
    });
    const give = el("button", "phl-command phl-give", label);
    give.type = "submit";
    const leave = button("phl-command", "Cancel", "", () => close(true));
    const row = el("div", "phl-row");
    row.append(give, leave);
    box.append(row);
    box.addEventListener("submit", (event) => {
      event.preventDefault();
      const given = Object.fromEntries(inputs.map((input) => [input.name, input.value]));
      close(true);
      act(given);
    });
    place(anchor, box);
    inputs[0]?.focus({ preventScroll: true });
    inputs[0]?.select();
  }
  return { menu, form, close };
}
