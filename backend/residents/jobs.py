"""What runs by itself among residents."""

from backend.background import job
from backend.residents.actions import residence


@job
def lapse_verifications() -> None:
    """Old verifications come up for a check, unchecked ones lapse, late requests escalate."""
    residence.lapse_verifications()
