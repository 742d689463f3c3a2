"""Playbooks as graphs: what leads where, where it is drawn, and where a run stands in it."""

from phantom_lab.flow_graph.building import graph_of, layout_of
from phantom_lab.flow_graph.drawing import drawing
from phantom_lab.flow_graph.graph import Block, Branch, Edge, Graph, Layout
from phantom_lab.flow_graph.recorded import playbook_of
from phantom_lab.flow_graph.state import State, runs_of, state_of
from phantom_lab.flow_graph.svg import element, svg
from phantom_lab.flow_graph.telling import telling

__all__ = ["Block", "Branch", "Edge", "Graph", "Layout", "State", "drawing", "element", "graph_of", "layout_of",
           "playbook_of", "runs_of", "state_of", "svg", "telling"]
