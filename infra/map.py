"""`python -m infra.map` writes docs/map.md: stages, moves, reactions, views and panels, read from the code itself.

What happens when something else happens cannot be found by reading one room; this page keeps it greppable.
"""

import importlib
import pkgutil

import orderhub
from infra.assets.inputs import ROOT
from orderhub.kernel import flows, views
from orderhub.kernel.actors import ROLES
from orderhub.kernel.flows import Flow, Stage

PAGE = ROOT / "docs" / "map.md"
HEAD = """# The map

Which stages there are and whose they are, which moves, what reacts to what, and what is shown live. Written by
`make map`; a test fails when it differs from the code.
"""


def main() -> None:
    PAGE.write_text(text(), encoding="utf-8")


def open_every_room() -> None:
    """Imports every module of the product, so that whatever registers itself is registered."""
    for module in pkgutil.walk_packages(orderhub.__path__, "orderhub."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)


def text() -> str:
    open_every_room()
    known = flows.all_flows()
    lines = [HEAD, "Roles: " + ", ".join(ROLES) + "."]
    for kind in sorted(known):
        lines += _flow(known[kind])
    lines += ["", "## Reactions", "", "Within the transaction of the move, in this order.", ""]
    reactions = sorted(flows.reaction_map().items())
    lines += [f"- {kind} `{befalls}`: {', '.join(steps)}" for (kind, befalls), steps in reactions]
    lines += ["", "## Views and panels", "", *(f"- {line}" for line in views.listing())]
    return "\n".join(lines) + "\n"


def _flow(flow: Flow) -> list[str]:
    head = ["", f"## {flow.kind}", "", "| stage | whose | time limit | ends |", "|---|---|---|---|"]
    stages = [
        f"| {one.name} | {one.role or ('its children' if one.rolled_up else '')} | {_limit(one)} "
        f"| {'yes' if one.final else ''} |"
        for one in flow.stages
    ]
    moves = [
        f"| {one.name} | {', '.join(one.sources)} | {one.target} | {', '.join(one.roles)} "
        f"| {_names(one.guards)} | {_names(one.effects)} |"
        for one in flow.transitions
    ]
    return [
        *head,
        *stages,
        "",
        "| move | from | to | by | guards | effects |",
        "|---|---|---|---|---|---|",
        *moves,
    ]


def _limit(stage: Stage) -> str:
    if stage.limit_minutes is None:
        return ""
    return f"{stage.limit_minutes} min{' of opening hours' if stage.working_hours else ''}"


def _names(steps: tuple[flows.Step, ...]) -> str:
    return ", ".join(getattr(step, "__name__", type(step).__name__) for step in steps)


if __name__ == "__main__":
    main()
