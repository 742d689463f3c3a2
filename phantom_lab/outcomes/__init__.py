"""Where results come from: what an action came back with, and who says so."""

from phantom_lab.outcomes.answer import failure, outcome_of, read_answer, success
from phantom_lab.outcomes.apps import Apps
from phantom_lab.outcomes.generated import Generated
from phantom_lab.outcomes.maxmind import MaxMind
from phantom_lab.outcomes.prompts import declined, responses, timed_out
from phantom_lab.outcomes.provider import ActionCall, Outcome, OutcomeProvider, Providers
from phantom_lab.outcomes.recording import Recording
from phantom_lab.outcomes.results_file import ResultsFile
from phantom_lab.outcomes.scenario import Scenario, read_scenarios
from phantom_lab.outcomes.stand_ins import CUSTOM_FUNCTION, PLAYBOOK, StandIn
from phantom_lab.outcomes.stubs import Stubs, standing_in

__all__ = ["CUSTOM_FUNCTION", "PLAYBOOK", "ActionCall", "Apps", "Generated", "MaxMind", "Outcome", "OutcomeProvider",
           "Providers", "Recording", "ResultsFile", "Scenario", "StandIn", "Stubs", "declined", "failure", "outcome_of",
           "read_answer", "read_scenarios", "responses", "standing_in", "success", "timed_out"]
