"""Why something happened in a run, why not, and where a value came from and went to: from the journal alone."""

from phantom_lab.answers.answer import Answer, Cause, Question
from phantom_lab.answers.origin import Origin, Origins, origin, uses
from phantom_lab.answers.why import explain
from phantom_lab.answers.why_not import why_not
from phantom_lab.answers.worth_asking import questions_of

__all__ = ["Answer", "Cause", "Origin", "Origins", "Question", "explain", "origin", "questions_of", "uses", "why_not"]
