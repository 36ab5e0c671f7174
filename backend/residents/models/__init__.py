"""Communities, the places and people in them, and who may act for whom."""

from backend.residents.models.access import (
    KeptAnswer,
    LoginSession,
    PasswordHistory,
    RecoveryCode,
    RoleAssignment,
    StaffAccount,
)
from backend.residents.models.callers import Caller, Duty
from backend.residents.models.people import (
    CHANNEL_NAMES,
    CHANNELS,
    Act,
    Consent,
    Kin,
    Policy,
    Residency,
    Resident,
    Verification,
    WechatIdentity,
)
from backend.residents.models.places import (
    Building,
    BuildingGrid,
    Community,
    Dwelling,
    Grid,
    GroupMember,
    Holiday,
    Household,
    HouseholdGroup,
    Street,
)
from backend.residents.models.settings import Setting

__all__ = [
    "CHANNELS",
    "CHANNEL_NAMES",
    "Act",
    "Building",
    "BuildingGrid",
    "Caller",
    "Community",
    "Consent",
    "Duty",
    "Dwelling",
    "Grid",
    "GroupMember",
    "Holiday",
    "Household",
    "HouseholdGroup",
    "KeptAnswer",
    "Kin",
    "LoginSession",
    "PasswordHistory",
    "Policy",
    "RecoveryCode",
    "Residency",
    "Resident",
    "RoleAssignment",
    "Setting",
    "StaffAccount",
    "Street",
    "Verification",
    "WechatIdentity",
]
