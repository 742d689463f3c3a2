"""A run whose every field is hostile: what JupyterLab is shown of it, and what must not be found in the page."""

from __future__ import annotations

import json
from pathlib import Path

PAYLOADS: list[str] = [one for group, texts in json.loads((Path(__file__).parent / "payloads.json").read_text()).items()
                       if group != "source" for one in texts]
SOURCE = '''
import json
import phantom.rules as phantom

def on_start(container):
    phantom.act("look", parameters=[{"at": "1"}], assets=["one"], name="look_1", callback=tell)

def tell(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    texts = json.loads(container["description"])
    for text in texts:
        phantom.debug(text)
        phantom.save_run_data(key=text, value=text)
    phantom.comment(container=container, comment="".join(texts))
    phantom.add_note(container=container, note_type="general", title=texts[0], content="".join(texts))
    phantom.set_owner(container=container, user=texts[1])
    phantom.condition(container=container, name="filter_1:condition_1", conditions=[["artifact:*.cef.text", "!=", ""]])
    phantom.prompt2(container=container, user="admin", message="\\n".join(texts), name="ask_1", callback=last,
                    response_types=[{"prompt": "".join(texts[:40]), "options": {"type": "list", "choices": texts}},
                                    {"prompt": texts[2], "options": {"type": "list", "choices": texts[3:6]}},
                                    {"prompt": texts[6], "options": {"type": "message"}}])

def last(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    own = dict.fromkeys(json.loads(container["description"]), "x")
    raise ValueError("".join(own))
'''
CELL = '''
    %load_ext phantom_lab
    import json
    from phantom_lab import Lab, frames, success
    texts = json.load(open("hostile_texts.json"))
    shares = [texts[at::20] for at in range(20)]  # as many rows as a page has
    rows = [{"text": share[0], **dict(zip(share, share))} for share in shares]
    lab = Lab({"name": "".join(texts[:20]), "description": json.dumps(texts), "data": dict(zip(texts, texts)),
               "tags": texts[:9], "artifacts": [{"name": share[0], "cef": row} for share, row in zip(shares, rows)]})
    lab.action("look")(lambda parameter: success(rows, summary=dict(zip(texts, texts)), message="".join(texts)))
    stepper = lab.step("hostile.py", journal="hostile.jsonl")
    stepper'''
FOUND = """root => {
    const bad = [...root.querySelectorAll('script, iframe, frame, object, embed, link, img, image, video, audio, base,'
        + 'meta, portal, marquee')];
    const leads = /^(xlink:)?(href|src|srcdoc|action|formaction|data)$/;
    for (const node of root.querySelectorAll('*')) for (const {name, value} of node.attributes) {
        if (name.startsWith('on') || (leads.test(name) && !value.startsWith('#'))) bad.push(node);
    }
    return bad.map((node) => node.outerHTML.slice(0, 200));
}"""
"""Elements and attributes by which data would run, load or lead somewhere."""
WIDER = """root => root.scrollWidth <= root.clientWidth + 1 ? [] : [...root.querySelectorAll('*')]
    .filter((node) => node.getBoundingClientRect().right > root.getBoundingClientRect().right + 1)
    .map((node) => `${node.className} ${node.textContent.slice(0, 40)}`).slice(0, 9)"""
"""What pushes the panel aside."""
HARM = """most => [...(window.executed ?? []),
    ...(document.documentElement.scrollWidth > most ? ['too wide'] : []),
    ...(/[\\u202a-\\u202e\\u2066-\\u2069]/.test((document.querySelector('.phl, .phl-still') ?? document.body).innerText)
        ? ['turned round'] : []),
    ...(getComputedStyle(document.body).direction === 'ltr' ? [] : ['right to left'])]"""
"""What has run, and how the layout is broken."""
HOOKS = """() => {
    window.executed = [];
    for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) {
        window[name] = (...given) => { window.executed.push([name, String(given[0])]); };
    }
}"""


def written(folder: Path) -> None:
    """The playbook, an export in which blocks, details and branches bear the payloads, and the payloads."""
    (folder / "hostile.py").write_text(SOURCE)
    (folder / "hostile_texts.json").write_text(json.dumps(PAYLOADS))
    start = {"id": "0", "type": "start", "x": 0, "y": 0, "data": {"functionName": "on_start"}}
    nodes = [start, *({
        "id": str(place), "type": "decision" if place % 2 else "action",
        "x": place % 8 * 340, "y": 160 + place // 8 * 160,
        "data": {"functionName": text, "action": text,
                 "conditions": [{"customName": text, "type": text, "display": text}]},
    } for place, text in enumerate(PAYLOADS, 1))]
    edges = [{"id": f"port_{place}", "sourceNode": str(place), "targetNode": str(place + 1),
              "conditions": [{"index": 0}]} for place in range(len(PAYLOADS))]
    (folder / "hostile.json").write_text(json.dumps({"coa": {"schema": "5.0.11", "data": {
        "nodes": {one["id"]: one for one in nodes}, "edges": edges}}}))
