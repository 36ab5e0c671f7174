"""What `flask doctor` looks at, and what production refuses to serve with."""

from backend.doctor.examination import examine
from backend.doctor.refusals import reasons_not_to_serve

__all__ = ["examine", "reasons_not_to_serve"]
