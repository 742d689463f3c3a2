"""Cells that start the playbooks of these tests."""

from __future__ import annotations

CHAIN = '''
lab = Lab({"name": "kernel"})
stepper = lab.step(Playbook.from_source("""
import phantom.rules as phantom
def on_start(container):
    print("printed by on_start")
    one(container=container)
def one(container=None, **kwargs):
    print("printed by one")
    two(container=container)
def two(container=None, **kwargs):
    phantom.debug("two")
""", name="chain"))
'''
"""Three blocks, each called by the one before it; at rest at the first."""

PANEL = """
from phantom_lab.notebook.panel import panel_of
threads = inside.commanders(stepper)
print(panel_of(stepper).widget.model_id)
"""
"""The panel of `stepper`; prints the id of its comm."""

POSITION = "print(stepper.position.state, stepper.position.invocation and stepper.position.invocation.block)"


def loop(body: str) -> str:
    """A playbook whose ``on_start`` never ends by itself; at rest there."""
    return f"""
lab = Lab({{"name": "kernel"}}, options=Options(max_steps=10**12))
stepper = lab.step(Playbook.from_source('''
import time
import phantom.rules as phantom
def on_start(container):
    {body}
def block(container=None, **kwargs):
    return 1
''', name="loop"))
"""
