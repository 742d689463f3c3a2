"""The vendor's nouns, and their conversion from and to the vendor's JSON. No behaviour."""

from phantom_lab.model.action import PEOPLE, QUESTIONS, ActionResult, ActionRun, AppRun, asked_of
from phantom_lab.model.asset import App, Asset
from phantom_lab.model.child_run import ChildRun
from phantom_lab.model.container import ARTIFACT_FIELDS, CONTAINER_FIELDS, Artifact, Container, seen
from phantom_lab.model.custom_function import CustomFunctionResult, CustomFunctionRun
from phantom_lab.model.enterprise_security import ENTERPRISE_SECURITY
from phantom_lab.model.given import read_given
from phantom_lab.model.ids import as_id
from phantom_lab.model.jsons import given_json, json_copy, read_json
from phantom_lab.model.options import CHOICES, Options
from phantom_lab.model.records import KINDS, Kind, Record, complete
from phantom_lab.model.situation import Situation
from phantom_lab.model.user import User

__all__ = ["ARTIFACT_FIELDS", "CHOICES", "CONTAINER_FIELDS", "ENTERPRISE_SECURITY", "KINDS", "PEOPLE",
           "QUESTIONS", "ActionResult", "ActionRun", "App", "AppRun", "Artifact", "Asset", "ChildRun", "Container",
           "CustomFunctionResult", "CustomFunctionRun", "Kind", "Options", "Record", "Situation", "User", "as_id",
           "asked_of", "complete", "given_json", "json_copy", "read_given", "read_json", "seen"]
