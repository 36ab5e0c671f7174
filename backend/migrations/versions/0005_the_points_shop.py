"""The points shop"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counter",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tries_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_counter_known_state")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_counter_tries_not_negative")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_counter_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_counter")),
        sa.UniqueConstraint("community_id", "title", name=op.f("uq_counter_community_id_title")),
    )
    op.create_table(
        "counter_clerk",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("counter_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id", "counter_id"],
            ["counter.community_id", "counter.id"],
            name=op.f("fk_counter_clerk_community_id_counter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_counter_clerk_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_counter_clerk_resident_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_counter_clerk")),
        sa.UniqueConstraint(
            "community_id",
            "resident_id",
            "counter_id",
            name=op.f("uq_counter_clerk_community_id_resident_id_counter_id"),
        ),
    )
    op.create_index(
        "ix_counter_clerk_of", "counter_clerk", ["community_id", "counter_id"], unique=False
    )
    op.create_table(
        "shop_item",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Uuid(), nullable=False),
        sa.Column("funded_by", sa.Text(), nullable=False),
        sa.Column("per_person_month", sa.Integer(), nullable=True),
        sa.Column("slots", sa.Integer(), nullable=True),
        sa.Column("slots_month", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('service', 'room')) = (slots IS NOT NULL) AND slots > 0",
            name=op.f("ck_shop_item_by_the_month"),
        ),
        sa.CheckConstraint(
            "kind IN ('goods', 'service', 'room', 'thanks')", name=op.f("ck_shop_item_known_kind")
        ),
        sa.CheckConstraint("state IN ('on', 'off')", name=op.f("ck_shop_item_known_state")),
        sa.CheckConstraint(
            "held >= 0 AND held <= on_hand", name=op.f("ck_shop_item_held_is_there")
        ),
        sa.CheckConstraint("per_person_month > 0", name=op.f("ck_shop_item_limit_allows_one")),
        sa.CheckConstraint("points > 0", name=op.f("ck_shop_item_costs_something")),
        sa.ForeignKeyConstraint(
            ["community_id", "counter_id"],
            ["counter.community_id", "counter.id"],
            name=op.f("fk_shop_item_community_id_counter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_shop_item_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_shop_item")),
    )
    op.create_index(
        "ix_shop_item_counter", "shop_item", ["community_id", "counter_id"], unique=False
    )
    op.create_index(
        "ix_shop_item_shown", "shop_item", ["community_id", "state", "id"], unique=False
    )
    op.create_table(
        "shop_order",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("counter_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("points_each", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("hold_id", sa.BigInteger(), nullable=False),
        sa.Column("basket", sa.Uuid(), nullable=False),
        sa.Column("code_mac", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idem_key", sa.Uuid(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("code_issue", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("allowed_by", sa.Uuid(), nullable=True),
        sa.Column("given", sa.Integer(), nullable=True),
        sa.Column("posted_id", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("brought_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("return_asked_by", sa.Uuid(), nullable=True),
        sa.Column("return_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_by", sa.Uuid(), nullable=True),
        sa.Column("reversal_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(return_asked_by IS NULL) = (return_asked_at IS NULL) AND (state = 'returned') = (returned_by IS NOT NULL) AND (state = 'returned') = (reversal_id IS NOT NULL)",
            name=op.f("ck_shop_order_returned_wholly"),
        ),
        sa.CheckConstraint(
            "(state IN ('awaiting_family', 'placed')) = (closed_at IS NULL)",
            name=op.f("ck_shop_order_closed_some_day"),
        ),
        sa.CheckConstraint(
            "(state IN ('picked_up', 'returned')) = (given IS NOT NULL) AND (given IS NULL) = (posted_id IS NULL)",
            name=op.f("ck_shop_order_paid_when_given"),
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR reason <> ''", name=op.f("ck_shop_order_refused_for_a_reason")
        ),
        sa.CheckConstraint(
            "state IN ('awaiting_family', 'placed', 'picked_up', 'cancelled', 'expired', 'refused', 'returned')",
            name=op.f("ck_shop_order_known_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('picked_up', 'refused', 'returned') OR (closed_by IS NOT NULL AND closed_by <> placed_by)",
            name=op.f("ck_shop_order_nobody_serves_oneself"),
        ),
        sa.CheckConstraint(
            "allowed_by <> placed_by", name=op.f("ck_shop_order_allowed_by_another")
        ),
        sa.CheckConstraint(
            "given BETWEEN 1 AND quantity", name=op.f("ck_shop_order_given_of_what_was_ordered")
        ),
        sa.CheckConstraint(
            "quantity > 0 AND points_each > 0", name=op.f("ck_shop_order_some_for_something")
        ),
        sa.CheckConstraint(
            "returned_by IS NULL OR (returned_by <> return_asked_by AND returned_by <> placed_by)",
            name=op.f("ck_shop_order_returned_by_two"),
        ),
        sa.ForeignKeyConstraint(
            ["allowed_by"], ["resident.id"], name=op.f("fk_shop_order_allowed_by")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["resident.id"], name=op.f("fk_shop_order_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "counter_id"],
            ["counter.community_id", "counter.id"],
            name=op.f("fk_shop_order_community_id_counter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "item_id"],
            ["shop_item.community_id", "shop_item.id"],
            name=op.f("fk_shop_order_community_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_shop_order_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["placed_by"], ["resident.id"], name=op.f("fk_shop_order_placed_by")
        ),
        sa.ForeignKeyConstraint(
            ["return_asked_by"], ["resident.id"], name=op.f("fk_shop_order_return_asked_by")
        ),
        sa.ForeignKeyConstraint(
            ["returned_by"], ["resident.id"], name=op.f("fk_shop_order_returned_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_shop_order")),
        sa.UniqueConstraint(
            "community_id",
            "basket",
            "item_id",
            name=op.f("uq_shop_order_community_id_basket_item_id"),
        ),
        sa.UniqueConstraint(
            "community_id", "idem_key", name=op.f("uq_shop_order_community_id_idem_key")
        ),
    )
    op.create_index(
        "ix_shop_order_code",
        "shop_order",
        ["community_id", "code_mac"],
        unique=False,
        postgresql_where=sa.text("state = 'placed'"),
    )
    op.create_index(
        "ix_shop_order_due",
        "shop_order",
        ["expires_at", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('awaiting_family', 'placed')"),
    )
    op.create_index(
        "ix_shop_order_held",
        "shop_order",
        ["community_id", "item_id"],
        unique=False,
        postgresql_where=sa.text("state = 'placed'"),
    )
    op.create_index(
        "ix_shop_order_own", "shop_order", ["community_id", "placed_by", "id"], unique=False
    )
    op.create_index(
        "ix_shop_order_return_asked",
        "shop_order",
        ["community_id", "return_asked_at"],
        unique=False,
        postgresql_where=sa.text("state = 'picked_up' AND return_asked_at IS NOT NULL"),
    )
    op.create_index(
        "ix_shop_order_waiting",
        "shop_order",
        ["community_id", "counter_id", "expires_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'placed'"),
    )
    op.create_table(
        "stock_movement",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("on_hand_after", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('given', 'returned')) = (order_id IS NOT NULL)",
            name=op.f("ck_stock_movement_given_for_an_order"),
        ),
        sa.CheckConstraint(
            "kind <> 'written_off' OR reason <> ''",
            name=op.f("ck_stock_movement_written_off_for_a_reason"),
        ),
        sa.CheckConstraint(
            "kind IN ('received', 'given', 'returned', 'written_off')",
            name=op.f("ck_stock_movement_known_kind"),
        ),
        sa.CheckConstraint(
            "on_hand_after >= 0", name=op.f("ck_stock_movement_never_below_nothing")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_movement_some")),
        sa.ForeignKeyConstraint(["by_id"], ["resident.id"], name=op.f("fk_stock_movement_by_id")),
        sa.ForeignKeyConstraint(
            ["community_id", "item_id"],
            ["shop_item.community_id", "shop_item.id"],
            name=op.f("fk_stock_movement_community_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "order_id"],
            ["shop_order.community_id", "shop_order.id"],
            name=op.f("fk_stock_movement_community_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_stock_movement_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_stock_movement")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_stock_movement_of", "stock_movement", ["community_id", "item_id", "id"], unique=False
    )
    op.create_table(
        "stock_donation",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("donor_name", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("donor_name <> ''", name=op.f("ck_stock_donation_named_or_not")),
        sa.ForeignKeyConstraint(
            ["community_id", "item_id"],
            ["shop_item.community_id", "shop_item.id"],
            name=op.f("fk_stock_donation_community_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "movement_id"],
            ["stock_movement.community_id", "stock_movement.id"],
            name=op.f("fk_stock_donation_community_id_movement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_stock_donation_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_stock_donation")),
        sa.UniqueConstraint(
            "community_id", "movement_id", name=op.f("uq_stock_donation_community_id_movement_id")
        ),
    )
    op.create_index(
        "ix_stock_donation_of", "stock_donation", ["community_id", "item_id"], unique=False
    )
