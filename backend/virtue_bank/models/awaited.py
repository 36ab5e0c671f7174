"""What somebody is to decide by a day: a reversal, or an appeal against one or a freezing."""

from datetime import datetime

from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column


class Awaited(MappedAsDataclass, kw_only=True):
    """Somebody is to decide by `due_at`; that it is late is told once for each step."""

    due_at: Mapped[datetime | None] = mapped_column(default=None)
    overdue_told_at: Mapped[datetime | None] = mapped_column(default=None)

    def wait(self, until: datetime) -> None:
        """From now on somebody is to decide, `until` then."""
        self.due_at, self.overdue_told_at = until, None
