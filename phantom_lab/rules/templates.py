"""Playbook automation API: templates of Django, rendered by Django itself (extra ``platform``)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.arguments import check, text_of
from phantom_lab.rules.libraries import library
from phantom_lab.rules.metered import meter_node, metered_filter, metering
from phantom_lab.rules.registry import emulates


@emulates("render_template", gaps=("the tag `now` tells this machine's time, not the run's",))
def render_template(run: PlaybookRun, template: Any, context: Any) -> str:
    """Fill a template with a dict of values, which are escaped for HTML (observed, Django's default).

    Raises:
        PlaybookArgumentError: it takes too long, or makes too large a text.
        ModuleNotFoundError: Django is not installed.
        django.template.TemplateSyntaxError: the text is no template.
    """
    text = text_of("render_template", "template", template)
    check("render_template", "context", context, (dict,), "a dict")
    return str(template_class()(text).render(library("django.template").Context(context)))


@lru_cache(maxsize=1)
def template_class() -> Any:
    """Django's ``Template``, which needs no settings of a site and finds no files.

    Unless somebody has done so, Django is configured for the whole process: without that it renders nothing.
    """
    django, settings = library("django.template"), library("django.conf").settings
    if not settings.configured:
        settings.configure(USE_I18N=False, USE_TZ=True, TIME_ZONE="UTC")
    engine = django.Engine()
    for one in (engine.template_builtins, engine.template_libraries):
        for key, known in [*(enumerate(one) if isinstance(one, list) else one.items())]:
            one[key] = metered = django.Library()
            metered.tags = known.tags
            metered.filters = {name: metered_filter(name, function) for name, function in known.filters.items()}

    class Template(django.Template):  # type: ignore[name-defined, misc]
        __doc__ = django.Template.__doc__

        def __init__(self, template_string: Any, origin: Any = None, name: Any = None, engine: Any = engine) -> None:
            super().__init__(template_string, origin, name, engine)

        def compile_nodelist(self) -> Any:
            nodes = super().compile_nodelist()
            for node in nodes.get_nodes_by_type(django.Node):
                meter_node(node)
            return nodes

        def render(self, context: Any) -> Any:
            with metering():
                return super().render(context)

    return Template
