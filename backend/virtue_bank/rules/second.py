"""Where the matrix wants a second person, and who that may not be. Pure."""

from uuid import UUID

from backend.errors import NotAllowed


class SamePerson(NotAllowed):
    title = "申请和确认须由两人分别办理"


def check_second(first: UUID, second: UUID) -> None:
    if first == second:
        raise SamePerson("请由另一位同事确认。")
