"""What whoever runs the machine types: `flask make-admins`, `doctor`, `verify-audit` and others."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import Migrate
from sqlalchemy.exc import SQLAlchemyError

from backend.app import create_app
from backend.audit.actions import as_line, exported, record, verify
from backend.clock import today
from backend.community_app import CommunityApp
from backend.database import db, reading, transaction
from backend.deliberation.actions.calendar import install_calendar_rules
from backend.deliberation.actions.rule_rows import install_rule_rows
from backend.deliberation.actions.verification import verify_chains
from backend.doctor import examine
from backend.errors import DomainError, NotFound
from backend.ledger.actions import checking
from backend.residents.actions.accounts import Invitation, make_admins
from backend.residents.actions.calendar_days import seed_holidays
from backend.residents.actions.communities import open_community
from backend.residents.actions.me import publish_policy, publish_shipped_policy
from backend.residents.queries.places import community_coded
from backend.settings import SettingsRefused, read_settings

BROKEN, UNREADABLE = 1, 2  # exit codes of whatever verifies, and of doctor
CASES_AT_ONCE = 200


def administered() -> CommunityApp:
    """The application as `flask` commands see it: they must also run where it may not serve."""
    try:
        return with_commands(create_app(read_settings()))
    except SettingsRefused as refused:
        raise SystemExit(str(refused)) from None


def with_commands(app: CommunityApp) -> CommunityApp:
    Migrate(app, db, directory=str(Path(__file__).parent / "migrations"))
    for command in (
        _make_admins,
        _open_community,
        _publish_policy,
        _verify_audit,
        _export_audit,
        _verify_chain,
        _verify_ledger,
        _reconcile_ledger,
        _doctor,
    ):
        app.cli.add_command(command)
    return app


@click.command("make-admins")
@click.option("--sys-admin", nargs=2, required=True, metavar="LOGIN NAME", help="系统管理员")
@click.option("--sec-admin", nargs=2, required=True, metavar="LOGIN NAME", help="安全管理员")
@click.option("--auditor", nargs=2, required=True, metavar="LOGIN NAME", help="审计管理员")
@click.option("--present", multiple=True, required=True, help="在场的人，至少两位")
@with_appcontext
def _make_admins(
    sys_admin: tuple[str, str],
    sec_admin: tuple[str, str],
    auditor: tuple[str, str],
    present: tuple[str, ...],
) -> None:
    """Make the first three admins; their set-up codes are shown this once."""
    witnesses = list(dict.fromkeys(name.strip() for name in present if name.strip()))
    if len(witnesses) < 2:  # noqa: PLR2004, two names
        raise click.UsageError("--present 要写两位在场的人。")
    if len({login for login, _ in (sys_admin, sec_admin, auditor)}) < 3:  # noqa: PLR2004, three
        raise click.UsageError("三位管理员必须是三个人。")
    admins = [
        ("sys_admin", *sys_admin),
        ("sec_admin", *sec_admin),
        ("auditor", *auditor),
    ]
    with transaction():
        invitations = make_admins(admins, present=witnesses)
    for (role, _, name), invitation in zip(admins, invitations, strict=True):
        click.echo(_shown(role, name, invitation))


@click.command("open-community")
@click.option("--street", nargs=2, required=True, metavar="CODE NAME", help="街道")
@click.option("--code", required=True, help="社区代码，编号和公开网址里用")
@click.option("--name", required=True, help="社区名称")
@click.option("--phone", required=True, help="居委会电话")
@click.option("--board-place", required=True, help="居务公开栏的位置")
@click.option("--meeting-place", required=True, help="协商日在哪里开")
@with_appcontext
def _open_community(street: tuple[str, str], meeting_place: str, **community: str) -> None:
    """Open a community: its rules, consultation days and the published holidays with it."""
    day = today()
    try:
        with transaction():
            community_id = open_community(street_code=street[0], street_name=street[1], **community)
            install_rule_rows(community_id)
            install_calendar_rules(community_id, meeting_place, day)
            seed_holidays((day.year, day.year + 1))
    except DomainError as refusal:
        raise click.ClickException(refusal.title) from None
    click.echo(f"{community['name']}（{community['code']}）已开通。")


@click.command("publish-policy")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--operator", help="谁处理个人信息，例如街道办事处")
@click.option("--contact", help="投诉和咨询的联系方式")
@with_appcontext
def _publish_policy(file: Path | None, operator: str | None, contact: str | None) -> None:
    """Put FILE, or the shipped text with --operator and --contact, in force as privacy policy."""
    if file is None and not (operator and contact):
        raise click.UsageError("请给出文件，或 --operator 和 --contact。")
    with transaction():
        policy = (
            publish_policy(file.read_text("utf-8"))
            if file
            else publish_shipped_policy(operator=operator or "", contact=contact or "")
        )
        version, sha256 = policy.version, policy.sha256
    click.echo(f"隐私政策第{version}版已生效，SHA-256 {sha256}")


@click.command("verify-audit")
@click.option("--community", "code", metavar="CODE", help="只查一个社区")
@click.option("--from", "sealed_from", type=click.DateTime(["%Y-%m-%d"]), help="起始日期")
@click.option("--to", "sealed_to", type=click.DateTime(["%Y-%m-%d"]), help="截止日期")
@with_appcontext
def _verify_audit(
    code: str | None, sealed_from: datetime | None, sealed_to: datetime | None
) -> None:
    """Recompute the evidence; exit 0: whole, 1: broken, 2: could not be read."""
    try:
        with reading():
            report = verify(
                chain=community_coded(code).id if code else None,
                sealed_from=sealed_from and sealed_from.date(),
                sealed_to=sealed_to and sealed_to.date(),
            )
    except (NotFound, SQLAlchemyError) as trouble:
        click.echo(f"不能核验：{type(trouble).__name__}", err=True)
        raise SystemExit(UNREADABLE) from None
    for fault in report.faults:
        click.echo(
            f"链 {fault.chain or 'district'}：第{fault.block_no}块，"
            f"记录 {fault.event_id}：{fault.reason}",
            err=True,
        )
    click.echo(f"核验{report.chains}条链，{report.blocks}块，{report.events}条记录。")
    if not report.is_good:
        raise SystemExit(BROKEN)


@click.command("export-audit")
@click.argument("file", type=click.File("wb"))
@click.option("--community", "code", metavar="CODE", help="一个社区的链；不写是全区的链")
@click.option("--from", "sealed_from", type=click.DateTime(["%Y-%m-%d"]), help="起始日期")
@click.option("--to", "sealed_to", type=click.DateTime(["%Y-%m-%d"]), help="截止日期")
@with_appcontext
def _export_audit(
    file: BinaryIO, code: str | None, sealed_from: datetime | None, sealed_to: datetime | None
) -> None:
    """Write one chain to FILE (or -), a record a line; scripts/evidence needs nothing of ours."""
    count = 0
    try:
        with transaction():
            chain = community_coded(code).id if code else None
            for row in exported(
                chain=chain,
                sealed_from=sealed_from and sealed_from.date(),
                sealed_to=sealed_to and sealed_to.date(),
            ):
                file.write(as_line(row) + b"\n")
                count += 1
            record(
                "audit.exported",
                object_type="audit_chain",
                object_id=chain,
                community_id=chain,
                detail={"lines": count},
            )
    except NotFound:
        raise click.ClickException("没有这个社区。") from None
    click.echo(f"导出{count}行。", err=True)  # the lines themselves may go to standard output


@click.command("verify-chain")
@with_appcontext
def _verify_chain() -> None:
    """Recompute every case's chain of events; exit 0: whole, 1: broken, 2: could not be read."""
    checked, after = 0, None
    try:
        while True:
            with transaction():
                batch = verify_chains(after, CASES_AT_ONCE)
            checked, after = checked + batch.cases, batch.last
            if batch.fault is not None:
                click.echo(batch.fault, err=True)
                click.echo(f"核验到第{checked}件事项为止。")
                raise SystemExit(BROKEN)
            if after is None:
                break
    except SQLAlchemyError as trouble:
        click.echo(f"不能核验：{type(trouble).__name__}", err=True)
        raise SystemExit(UNREADABLE) from None
    click.echo(f"核验{checked}件事项的办理记录，全部相接。")


@click.command("verify-ledger")
@click.option("--community", "code", metavar="CODE", help="只查一个社区")
@with_appcontext
def _verify_ledger(code: str | None) -> None:
    """Recompute blocks, compare printed heads; exit 0: whole, 1: broken, 2: could not be read."""
    broken = 0
    try:
        with reading():
            chosen = _ledgers(code)
            for community_id in chosen:
                found = checking.breaks(community_id)
                broken += bool(found)
                for what in found:
                    click.echo(f"社区 {community_id}：账本{what}", err=True)
    except (NotFound, SQLAlchemyError) as trouble:
        click.echo(f"不能核验：{type(trouble).__name__}", err=True)
        raise SystemExit(UNREADABLE) from None
    click.echo(f"核验{len(chosen)}个社区的账本，{broken}个有问题。")
    if broken:
        raise SystemExit(BROKEN)


@click.command("reconcile-ledger")
@click.option("--community", "code", metavar="CODE", help="只查一个社区")
@with_appcontext
def _reconcile_ledger(code: str | None) -> None:
    """Compute every balance anew; exit 0: all add up, 1: one does not, 2: could not be read."""
    differences = 0
    try:
        with reading():
            chosen = _ledgers(code)
            for community_id in chosen:
                for found in checking.reconcile(community_id):
                    differences += 1
                    click.echo(
                        f"社区 {community_id}：{found.check}，账户 {found.account_id}，"
                        f"流水 {found.transfer_id}，应为 {found.expected}，现为 {found.found}",
                        err=True,
                    )
    except (NotFound, SQLAlchemyError) as trouble:
        click.echo(f"不能对账：{type(trouble).__name__}", err=True)
        raise SystemExit(UNREADABLE) from None
    click.echo(f"对账{len(chosen)}个社区，{differences}处对不上。")
    if differences:
        raise SystemExit(BROKEN)


def _ledgers(code: str | None) -> Sequence[UUID]:
    return [community_coded(code).id] if code else checking.communities()


@click.command("doctor")
@click.option("--new-token", is_flag=True, help="强制换取新的微信接口凭据，一天最多20次")
@with_appcontext
def _doctor(*, new_token: bool) -> None:
    """Look at everything this installation needs; exit 0: all well, 1: something is not."""
    parts = current_app.extensions
    findings = examine(
        parts["settings"], redis=parts["redis"], wechat=parts["wechat"], new_token=new_token
    )
    troubles = 0
    for finding in findings:
        troubles += not finding.is_good
        click.echo(f"{'正常' if finding.is_good else '问题'}  {finding.words}")
    if troubles:
        click.echo(f"共{troubles}个问题。")
        raise SystemExit(BROKEN)


def _shown(role: str, name: str, invitation: Invitation) -> str:
    login_name = invitation.account.login_name
    return f"{role}\t{name}\t登录名 {login_name}\t设置码 {invitation.setup_code}\t24小时内有效"
