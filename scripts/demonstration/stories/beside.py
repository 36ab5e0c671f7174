"""Beside the matters: an opinion round, and notices that stand alone."""

from datetime import timedelta
from uuid import UUID

from backend.clock import today
from backend.database import db
from backend.deliberation.actions import conversations
from backend.deliberation.models import Statement
from backend.publication import actions as publication
from scripts.demonstration.history import Story, in_days, in_hours
from scripts.demonstration.matters import ADDED, CONVERSATION, SEEDS
from scripts.demonstration.stories.cast import Cast


class Beside:
    def __init__(self, cast: Cast) -> None:
        self._cast = cast

    def conversation(self) -> Story:
        """An opinion round with differing views, votes by phone and on paper."""
        member = self._cast.town.at_desk("member4")
        opened = conversations.open_conversation(
            member,
            topic=CONVERSATION,
            proposal_id=None,
            meeting_id=None,
            moderation="strict",
            closes_at=None,
            statements=list(SEEDS),
        )
        yield in_days(1, 20, 0)
        for name, words in ADDED:
            said = conversations.write_statement(
                self._cast.town.caller(self._cast.town.ids[name]), opened.id, words
            )
            yield in_hours(1)
            conversations.moderate_statement(
                self._cast.town.at_desk("moderator1"),
                said.id,
                accept=True,
                reason_code=None,
                reason="",
            )
        statements = self._statements(opened.id)
        for person in self._cast.random.sample(self._cast.town.place.people, 60):
            yield in_hours(self._cast.random.uniform(0.2, 3))
            if person.born_year and person.born_year > self._cast.today.year - 18:
                continue
            for statement_id, author_id in statements:
                if author_id != person.id and self._cast.random.random() < 0.8:  # noqa: PLR2004
                    value = self._cast.random.choices((1, 0, -1), (6, 2, 3))[0]
                    conversations.vote(self._cast.town.caller(person.id), statement_id, value)

    def notices(self) -> Story:
        """What hangs on the board besides the matters."""
        counter, chair = self._cast.town.at_desk("counter"), self._cast.town.at_desk("chair")
        for title, words, place in (
            ("冬季燃气安全入户检查安排", "燃气公司本周起逐楼检查，请家中留人。", "各楼"),
            ("周末义诊和血压测量", "社区卫生服务站周六上午义诊，免费测血压、血糖。", "居委会一楼"),
        ):
            bulletin = publication.draft_plain(
                counter,
                title=title,
                text=words,
                held_on=today() + timedelta(days=6),
                place=place,
                contact="010-0000-6420",
                audience="open",
            )
            yield in_hours(2)
            publication.publish_bulletin(chair, bulletin.id, content_sha256=bulletin.content_sha256)
            yield in_hours(1)
            publication.confirm_board_posting(counter, bulletin.id, today())
            yield in_days(9)

    def _statements(self, conversation_id: UUID) -> list[tuple[UUID, UUID | None]]:
        rows = db.session.query(Statement).filter_by(
            community_id=self._cast.town.community_id, conversation_id=conversation_id
        )
        return [(row.id, row.author_id) for row in rows]
