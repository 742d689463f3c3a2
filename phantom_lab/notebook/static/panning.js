// A drawing that is moved and scaled inside a frame, with a map of the whole in the corner.
const LEAST = 0.12, MOST = 2;

function panning(frame, layer, moved) {
  const view = { x: 0, y: 0, k: 1, width: 1, height: 1 };
  const show = () => {
    layer.setAttribute("transform", `translate(${view.x.toFixed(1)} ${view.y.toFixed(1)}) scale(${view.k.toFixed(4)})`);
    moved(view);
  };
  const room = [0, 0];  // kept: asking the page for it would make it lay everything out in the middle of a step
  const size = () => room;
  const within = (value, whole, room) => whole <= room ? (room - whole) / 2 : Math.min(40, Math.max(room - whole - 40, value));
  const keep = () => {
    const [w, h] = size();
    view.x = within(view.x, view.width * view.k, w);
    view.y = within(view.y, view.height * view.k, h);
  };
  const to = (x, y) => { view.x = x; view.y = y; keep(); show(); };
  const centre = (x, y) => { const [w, h] = size(); to(w / 2 - x * view.k, h / 2 - y * view.k); };
  const zoom = (k, at) => {
    const [w, h] = size(), [x, y] = at ?? [w / 2, h / 2], before = view.k;
    view.k = Math.min(MOST, Math.max(Math.min(LEAST, fitting()), k));
    to(x - (x - view.x) * view.k / before, y - (y - view.y) * view.k / before);
  };
  const fitting = () => { const [w, h] = size(); return Math.min(w / view.width, h / view.height, 1); };

  // Only with Ctrl: the wheel alone scrolls the notebook.
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = frame.getBoundingClientRect();
    zoom(view.k * Math.exp(-event.deltaY * 0.0015), [event.clientX - box.left, event.clientY - box.top]);
  }, { passive: false });
  let held = null;
  frame.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && !event.target.closest(".phl-node")) held = [event.clientX - view.x, event.clientY - view.y];
  });
  frame.addEventListener("pointermove", (event) => {
    if (!held) return;
    if (!event.buttons) { held = null; return; }
    frame.classList.add("phl-held");
    to(event.clientX - held[0], event.clientY - held[1]);
  });
  const let_go = () => { held = null; frame.classList.remove("phl-held"); };
  for (const name of ["pointerup", "pointerleave", "pointercancel"]) frame.addEventListener(name, let_go);

  return {
    resized: () => { room[0] = frame.clientWidth; room[1] = frame.clientHeight; },
    view, centre, zoom, keep, show, fitting,
    fit: () => { view.k = fitting(); centre(view.width / 2, view.height / 2); },
    by: (x, y) => to(view.x + x, view.y + y),
    sees: (x, y, width, height) => {
      const [w, h] = size(), left = x * view.k + view.x, top = y * view.k + view.y;
      return left >= 0 && top >= 0 && left + width * view.k <= w && top + height * view.k <= h;
    },
    size,
  };
}
