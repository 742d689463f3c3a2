"""Wrong behaviours that people hit, as small playbooks of our own, and the questions that locate each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phantom_lab import Lab, success, timed_out
from phantom_lab.answers import Answer, Origins, explain, origin, uses, why_not
from phantom_lab.engine import PlaybookRun

HEAD = "import json\nimport math\nimport phantom.rules as phantom\n"
ASKS = {"why": explain, "why not": why_not, "origin": origin, "uses": uses}
FUNCTIONS = {
    "drops": "def drops(items=None):\n    if isinstance(items, list):\n        return [{'item': i} for i in items]\n",
    "fails": "def on_start(container):\n    {}['k']\n",
    "acts": "import phantom.rules as phantom\n\ndef acts():\n    phantom.act('geo', assets=['m'])\n",
    "child": "import phantom.rules as phantom\n\ndef on_start(container):\n    phantom.debug('child')\n\n"
             "def on_finish(container, summary):\n    phantom.save_playbook_output_data(output={'verdict': 'bad'})\n"}
"""Custom functions and a child playbook, beside every playbook."""


@dataclass(frozen=True)
class Pain:
    """One of them; ``# here`` marks the line that is wrong."""

    what: str
    """What people hit."""
    source: str
    asked: tuple[tuple[str, ...], ...]
    """The questions: which, and about what; no more than three."""
    told: str
    """What the answers say, besides the line."""
    artifacts: tuple[dict[str, Any], ...] = ({"cef": {"ip": "192.0.2.1"}},)
    geo: tuple[dict[str, Any], ...] = ({"country": "AU"},)
    """What the action ``geo`` gives."""
    scope: str = "new"
    times: int = 1
    user: str = "analyst"

    @property
    def line(self) -> int:
        """The line that is wrong."""
        return next(number for number, line in enumerate((HEAD + self.source).splitlines(), 1) if "# here" in line)

    def run(self, folder: Path) -> PlaybookRun:
        """Run it; files that it needs are written to a folder."""
        for name, text in {**FUNCTIONS, "book": HEAD + self.source}.items():
            (folder / f"{name}.py").write_text(text)
        lab = Lab({"name": "case", "artifacts": list(self.artifacts)}, user=self.user)
        lab.action("geo")(lambda parameter: success(list(self.geo)))
        lab.action("prompt")(lambda parameter: timed_out())
        for _ in range(self.times - 1):
            lab.ran(folder / "book.py")
        return lab.run(folder / "book.py", scope=self.scope)

    def ask(self, run: PlaybookRun) -> list[Answer | Origins]:
        """The answers."""
        return [ASKS[one](run, *what) for one, *what in self.asked]


def flow(*blocks: str, start: str = "first(container=container)") -> str:
    """``on_start`` and blocks."""
    return "\n".join([f"def on_start(container):\n    {start}\n", *blocks])


def block(name: str, *lines: str) -> str:
    """A block of some lines."""
    body = "\n    ".join(lines)
    return f"def {name}(container=None, results=None, filtered_artifacts=None, **kwargs):\n    {body}\n"


def decide(left: str, operator: str, right: object, more: str = "") -> str:
    """A decision of one comparison, on the line that is wrong."""
    return f"if phantom.decision(container=container, conditions=[{[left, operator, right]!r}{more}]):  # here"


def format_(template: str) -> str:
    """A format of all addresses, on the line that is wrong."""
    return (f"phantom.format(container=container, template={template!r}, parameters=['artifact:*.cef.ip'], name='fmt')"
            "  # here")


def collect(*paths: str) -> str:
    """Rows of datapaths."""
    return f"rows = phantom.collect2(container=container, datapath={list(paths)})"


GEO = 'phantom.act("geo", parameters=[{"ip": "192.0.2.1"}], assets=["m"], name="geo_1", callback=after)'
ACT = 'phantom.act("geo", parameters=[{"ip": row[0]} for row in rows if row[0]], assets=["m"], name="geo_1")'
NEVER = block("act_on_it", 'phantom.debug("acts")')
LOOP = flow(
    block("first", 'begun = {"max_iterations": 2, "max_ttl": 600, "delay_time": 0, "conditions": '
          '[["geo_1:action_result.data.*.state", "==", "done"]]}',
          'loop = phantom.LoopState(state=kwargs.get("loop_state_json") or begun)',
          'phantom.act("geo", parameters=[{}], assets=["m"], name="geo_1", callback=after, loop_state=loop.to_json())'),
    block("after", 'loop = phantom.LoopState(state=kwargs["loop_state_json"])',
          "if loop.should_continue(container=container, results=results):  # here", "    loop.increment()",
          "    first(container=container, loop_state_json=loop.to_json())", "else:",
          "    act_on_it(container=container)"), NEVER)
PAINS = [
    Pain("a membership test meets None", flow(block("first", collect("artifact:*.cef.kind"),
         'hits = [row[0] for row in rows if "ip" in row[0]]  # here')), (("why", "error"),), "of artifact 1",
         ({"cef": {"kind": None}}, {"cef": {"kind": "ip"}})),
    Pain("a sort meets numbers among texts", flow(block("first", collect("artifact:*.cef.value"),
         "values = sorted([row[0] for row in rows])  # here")), (("why", "error"),), "TypeError",
         ({"cef": {"value": 443}}, {"cef": {"value": "192.0.2.1"}})),
    Pain("the score of zero detections is an error", flow(block("first", GEO), block("after",
         collect("geo_1:action_result.data.*.positives"),
         "score = math.log(rows[0][0])  # here")), (("why", "error"),), "geo_1", geo=({"positives": 0},)),
    Pain("zero counts as missing, and gives the worst score", flow(block("first", GEO), block("after",
         collect("geo_1:action_result.data.*.positives"),
         "positives = rows[0][0]", "if not positives:  # here", '    phantom.set_severity(container, "high")')),
         (("why", "severity"),), "positives was 0", geo=({"positives": 0},)),
    Pain("the word None in a note", flow(block("first",
         format_("%%\n{0}\n%%"),
         'phantom.add_note(container=container, note_type="general", title="t", '
         'content=phantom.get_format_data(name="fmt"))')), (("origin", "note", "content"),), "cef.ip",
         ({"cef": {"ip": "192.0.2.1"}}, {"cef": {"user": "kim"}})),
    Pain("a field that is nowhere looks non-empty", flow(block("first", collect("artifact:*.cef.nothing"),
         "if rows:  # here", '    phantom.set_severity(container, "high")')), (("why", "severity"),),
         "gives only None"),
    Pain("the text of a child playbook falls apart into letters", flow(block("first",
         'phantom.playbook("child", container=container, name="child_1", callback=after)'), block("after",
         collect("child_1:playbook_output:verdict") + "  # here", "found = []", "found.extend(rows[0][0])",
         'phantom.act("geo", parameters=[{"ip": found}], assets=["m"], name="geo_2")')),
         (("origin", "geo_2", "ip"),), "playbook child"),
    Pain("a boolean that used to be a text", flow(block("first", GEO), block("after",
         collect("geo_1:action_result.data.*.known"),
         "known = rows[0][0].lower()  # here")), (("why", "error"),), "geo_1", geo=({"known": True},)),
    Pain("an id that is no number", flow(block("first",
         'phantom.set_severity(container="4x", severity="high")  # here')), (("why not", "severity"),), "4x"),
    Pain("case in a comparison", flow(block("first",
         decide("artifact:*.cef.host", "==", "evil.example"),
         "    act_on_it(container=container)"), NEVER), (("why not", "act_on_it"),), "Evil.Example",
         ({"cef": {"host": "Evil.Example"}},)),
    Pain("a collector that repeats", flow(block("first", collect("artifact:*.cef.ip"), "sets, one = [], {}",
         "for row in rows:", '    one["ip"] = row[0]', "    sets.append(one)",
         'phantom.act("geo", parameters=sets, assets=["m"], name="geo_1")  # here')), (("origin", "geo_1", "ip"),),
         "artifact 2",
         ({"cef": {"ip": "192.0.2.1"}}, {"cef": {"ip": "192.0.2.2"}})),
    Pain("a result without data crashes the next block", flow(block("first",
         'phantom.act("geo", assets=["m"], parameters=[{}], name="geo_1", callback=after)'), block("after",
         'first_one = results[0]["action_results"][0]["data"][0]  # here')), (("why", "error"),), "IndexError", geo=()),
    Pain("an expression that is never assigned", flow(block("first", 'url = "https://a.example/"  # here',
         'url + "indicators"', "phantom.requests.get(url)")), (("origin", "first"),), "requests.get"),
    Pain("a custom function returns nothing", flow(block("first",
         'phantom.custom_function("local/drops", parameters=[{"items": "a"}], name="drop_1", callback=after)'),
         block("after", decide("drop_1:custom_function_result.data.*.item", "!=", ""),
               "    act_on_it(container=container)"), NEVER), (("why not", "act_on_it"),),
         "the result has no data"),
    Pain("the datapath of another kind of block", flow(block("first",
         'phantom.custom_function("local/drops", parameters=[{"items": ["a"]}], name="drop_1", callback=after)'),
         block("after", decide("drop_1:custom_function:item", "!=", ""), "    act_on_it(container=container)"), NEVER),
         (("why not", "act_on_it"),),
         "custom_function_result"),
    Pain("an output that no block has saved", flow(block("first",
         'text = phantom.get_run_data(key="tidy:kept")', "kept = json.loads(text)  # here")), (("why", "error"),),
         "tidy:kept"),
    Pain("a block that is not upstream any more", flow(block("first",
         'rows = phantom.collect2(container=container, datapath=["geo_9:action_result.data.*.ip"])  # here', ACT)),
         (("why not", "geo_1"),), "geo_9"),
    Pain("a path that lacks a level", flow(block("first", GEO), block("after",
         decide("geo_1:action_result.data.*.country", "==", "AU"),
         "    act_on_it(container=container)"), NEVER), (("why not", "act_on_it"),), "no `country`",
         geo=({"data": {"country": "AU"}},)),
    Pain("one text instead of a row for each item", flow(block("first",
         format_("%%\n{0}\n%%"),
         'phantom.act("geo", parameters=[{"ip": phantom.get_format_data(name="fmt")}], assets=["m"], name="geo_1")')),
         (("origin", "geo_1", "ip"),), "text of fmt",
         ({"cef": {"ip": "192.0.2.1"}}, {"cef": {"ip": "192.0.2.2"}})),
    Pain("a field with several values in one parameter", flow(block("first", collect("artifact:*.cef.ip"),
         f"{ACT}  # here")), (("origin", "geo_1", "ip"),), "192.0.2.2", ({"cef": {"ip": ["192.0.2.1", "192.0.2.2"]}},)),
    Pain("a decision is taken for a filter", flow(block("first",
         decide("artifact:*.cef.ip", "==", "192.0.2.1"),
         "    look(container=container)"), block("look", collect("artifact:*.cef.ip"), ACT)),
         (("why", "geo_1"),), "artifact 2", ({"cef": {"ip": "192.0.2.1"}}, {"cef": {"ip": "192.0.2.2"}})),
    Pain("no branch matches", flow(block("first", GEO), block("after",
         'if phantom.decision(container=container, conditions=[["geo_1:action_result.data.*.country", "==", "NZ"]]):',
         "    act_on_it(container=container)", "    return",
         decide("geo_1:action_result.data.*.country", "==", "FJ"),
         "    act_on_it(container=container)"), NEVER), (("why not", "act_on_it"), ("why", "after")), "FJ"),
    Pain("a join waits for what a branch left out", flow(block("first", GEO), block("other",
         decide("artifact:*.cef.ip", "==", "192.0.2.9"),
         '    phantom.act("geo", parameters=[{}], assets=["m"], name="geo_2", callback=join_last)'), block("after",
         "join_last(container=container)"), block("join_last",
         'if phantom.completed(action_names=["geo_1", "geo_2"]):', "    act_on_it(container=container)"), NEVER,
         start="first(container=container)\n    other(container=container)"),
         (("why not", "act_on_it"), ("why not", "geo_2")), "192.0.2.9"),
    Pain("a join without a guard goes on twice", flow(block("first", GEO), block("after",
         "join_last(container=container)", "join_last(container=container)  # here"), block("join_last",
         'if phantom.completed(action_names=["geo_1"]):', "    act_on_it(container=container)"), NEVER),
         (("why", "act_on_it"),), "the last of 2 times"),
    Pain("behind a join there are no results", flow(block("first", GEO), block("after",
         "join_last(container=container)"), block("join_last", 'if phantom.completed(action_names=["geo_1"]):',
         "    act_on_it(container=container)  # here"), block("act_on_it", 'status = results[0]["status"]')),
         (("why", "error"),), "results was null"),
    Pain("nothing waits for a child playbook", flow(block("first",
         'phantom.playbook("child", container=container, name="child_1")',
         "act_on_it(container=container)  # here"), NEVER), (("why", "act_on_it"),), '"kind": "call"'),
    Pain("two lists give every combination", flow(block("first", collect("artifact:*.cef.user", "artifact:*.cef.host"),
         'sets = [{"ip": one[0], "host": two[1]} for one in rows for two in rows]',
         'phantom.act("geo", parameters=sets, assets=["m"], name="geo_1")  # here')),
         (("why", "geo_1"), ("uses", "artifact 1", "cef.user")), "cef.host",
         ({"cef": {"user": "kim", "host": "pc1"}}, {"cef": {"user": "mara", "host": "pc2"}})),
    Pain("the scope hides artifacts", flow(block("first",
         decide("artifact:*.cef.ip", "==", "192.0.2.1"), "    act_on_it(container=container)"), NEVER),
         (("why not", "act_on_it"),), "the scope 'new' let 0 of 1", times=2),
    Pain("an action in a custom function", flow(block("first",
         'phantom.custom_function("local/acts", parameters=[{}], name="acts_1", callback=after)  # here'),
         block("after", "pass")), (("why", "error"),), "custom function"),
    Pain("silence takes the acting branch", flow(block("first",
         'phantom.prompt2(container=container, user="kim", message="Isolate?", respond_in_mins=30, name="ask_1", '
         'response_types=[{"prompt": "Isolate?", "options": {"type": "message"}}], callback=after)'),
         block("after", decide("ask_1:action_result.summary.responses.0", "!=", "Yes"),
               "    act_on_it(container=container)"), block("act_on_it", GEO.replace(", callback=after", ""))),
         (("why", "act_on_it"),), "None"),
    Pain("the owner of a run that automation started is asked", flow(block("first",
         'owner = phantom.collect2(container=container, datapath=["playbook:launching_user.name"])[0][0]',
         'phantom.prompt2(container=container, user=owner, message="Isolate?", name="ask_1", callback=after)  # here'),
         block("after", decide("ask_1:action_result.status", "==", "success").removesuffix("  # here"),
               "    act_on_it(container=container)"), NEVER), (("why not", "act_on_it"), ("why", "ask_1")),
         "automation", user="automation"),
    Pain("a block that nothing is linked to", flow(block("first", 'phantom.debug("goes on")'),
         block("act_on_it", 'phantom.debug("acts")').replace("):\n", "):  # here\n", 1)), (("why not", "act_on_it"),),
         '"nobody"'),
    Pain("and where or is meant", flow(block("first", decide("artifact:*.cef.ip", "==", "192.0.2.1",
         ', ["artifact:*.cef.port", "==", 22]').replace("conditions", "logical_operator='and', conditions"),
         "    act_on_it(container=container)"), NEVER), (("why not", "act_on_it"),), '"verdict": true'),
    Pain("a request that nobody answers as it is expected", flow(block("first",
         'found = phantom.requests.get(phantom.build_phantom_rest_url("artifact") + '
         '"?_filter_cef__port=%22443%22", verify=False).json()',
         'if found["count"]:  # here', "    act_on_it(container=container)"), NEVER), (("why not", "act_on_it"),),
         '"code"', ({"cef": {"port": 443}},)),
    Pain("a deeper path typed by hand", flow(block("first", GEO), block("after",
         decide("geo_1:action_result.data.*.net.owner.contry", "==", "AU"),
         "    act_on_it(container=container)"), NEVER), (("why not", "act_on_it"),), "closest is `country`",
         geo=({"net": {"owner": {"country": "AU"}}},)),
    Pain("a request that answers success and creates nothing", flow(block("first",
         'url = phantom.build_phantom_rest_url("container", container["id"])',
         'phantom.requests.post(url, json={"comment": "contained"}, verify=False).raise_for_status()  # here')),
         (("why not", "comment"),), "was answered 200, and wrote nothing"),
    Pain("a value in quotes cuts a filter short", flow(block("first",
         'url = phantom.build_phantom_rest_url("artifact") + "?_filter_cef__user=\\"kim \\"k\\" x\\""',
         "found = phantom.requests.get(url, verify=False).json()",
         'if found.get("count"):  # here', "    act_on_it(container=container)"), NEVER), (("why not", "act_on_it"),),
         '"code"', ({"cef": {"user": 'kim "k" x'}},)),
    Pain("a child playbook that is not there", flow(block("first",
         'phantom.playbook("local/nowhere", container=container, name="nowhere_1", callback=act_on_it)  # here'),
         NEVER), (("why not", "act_on_it"),), "no child playbook 'local/nowhere'"),
    Pain("a failed child playbook stops its parent", flow(block("first",
         'phantom.playbook("fails", container=container, name="fails_1", callback=after)'), block("after",
         "if success:  # here", "    act_on_it(container=container)").replace("results=", "success=None, results="),
         NEVER),
         (("why not", "act_on_it"), ("why", "after")), "playbook fails_1 completed"),
    Pain("a run is asked for with an incomplete target", flow(block("first",
         'url = phantom.build_phantom_rest_url("playbook_run")',
         'asked = phantom.requests.post(url, json={"playbook_id": "child"}, verify=False)  # here',
         'if asked.json().get("received"):', "    act_on_it(container=container)"), NEVER), (("why not", "act_on_it"),),
         "was answered 400, and wrote nothing"),
    Pain("an action is queued that no asset takes", flow(block("first",
         'phantom.act("geo", parameters=[{"ip": "192.0.2.1"}], assets=[], tags=["edge"], name="geo_1", '
         'callback=after)  # here'),
         block("after", decide("geo_1:action_result.status", "==", "success").removesuffix("  # here"),
               "    act_on_it(container=container)"), NEVER), (("why not", "act_on_it"), ("why", "geo_1")),
         "no asset supports action 'geo'"),
    Pain("a loop ends before its exit condition holds", LOOP, (("why", "act_on_it"),),
         "iteration 2 of at most 2 was the last", geo=({"state": "busy"},)),
]
ELSEWHERE = {"results in another order": "diff", "parallel actions in any order": "orders",
             "data under a shared key, of two containers": "diff", "which change of a value turns a branch": "flip"}
"""Wrong behaviours of several runs, and the question that compares them."""
