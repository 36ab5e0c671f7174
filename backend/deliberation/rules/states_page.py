"""STATES.md: the table of states as people read it."""

from backend.deliberation.rules.clocks import CLOCKS
from backend.deliberation.rules.guards import GUARDS
from backend.deliberation.rules.stages import ROLES, STATES, TRANSITIONS, WORK, people


def documentation() -> str:
    """This table as Markdown, kept beside the code as STATES.md."""
    lines = [
        "# The states of a matter",
        "",
        "Generated from `rules/stages.py`; a test compares them.",
        "",
        "| status | 中文 | 五事 | waits for | clock |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{status}` | {state.label} | {state.step} | {ROLES.get(state.waits_for, '–')} "
        f"| {CLOCKS.get(status, '–')} |"
        for status, state in STATES.items()
    ]
    lines += [
        "",
        "## Moves",
        "",
        "| from | to | action | 中文 | who | preconditions | what is recorded |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{move.source}` | `{move.target}` | `{move.action}` | {move.label} "
        f"| {people(move.roles)} | {', '.join(move.guards) or '–'} | {move.artefact} |"
        for move in TRANSITIONS.values()
    ]
    lines += [
        "",
        "## Within a status",
        "",
        "| action | 中文 | statuses | who | preconditions |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{work.action}` | {work.label} | {', '.join(work.statuses)} "
        f"| {people(work.roles)} | {', '.join(work.guards) or '–'} |"
        for work in WORK
    ]
    lines += ["", "## Preconditions", "", "| name | refused with | next step |", "|---|---|---|"]
    lines += [
        f"| {name} | {guard.refusal.title} | {guard.next_step} |" for name, guard in GUARDS.items()
    ]
    return "\n".join(lines) + "\n"
