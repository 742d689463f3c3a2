"""Where results come from: what an action came back with, and who says so."""

from phantom_lab.outcomes.answer import failure, outcome_of, read_answer, success
from phantom_lab.outcomes.outcome import ActionCall, Outcome
from phantom_lab.outcomes.prompts import declined, responses, timed_out
from phantom_lab.outcomes.provider import OutcomeProvider, Providers
from phantom_lab.outcomes.recording import Recording
from phantom_lab.outcomes.results_file import ResultsFile
from phantom_lab.outcomes.stand_ins import CUSTOM_FUNCTION, PLAYBOOK, StandIn
from phantom_lab.outcomes.stubs import Stubs, standing_in

__all__ = ["CUSTOM_FUNCTION", "PLAYBOOK", "ActionCall", "Outcome", "OutcomeProvider",
           "Providers", "Recording", "ResultsFile", "StandIn", "Stubs", "declined", "failure", "outcome_of",
           "read_answer", "responses", "standing_in", "success", "timed_out"]
