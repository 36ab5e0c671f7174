"""What whoever runs the machine types: `flask make-admins`, `flask publish-policy`."""

from pathlib import Path

import click
from flask import Flask

from backend.database import transaction
from backend.residents.actions.accounts import Invitation, make_admins
from backend.residents.actions.me import publish_policy


def register_commands(app: Flask) -> None:
    app.cli.add_command(_make_admins)
    app.cli.add_command(_publish_policy)


@click.command("make-admins")
@click.option("--sys-admin", nargs=2, required=True, metavar="LOGIN NAME", help="系统管理员")
@click.option("--sec-admin", nargs=2, required=True, metavar="LOGIN NAME", help="安全管理员")
@click.option("--auditor", nargs=2, required=True, metavar="LOGIN NAME", help="审计管理员")
@click.option("--present", multiple=True, required=True, help="在场的人，至少两位")
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


@click.command("publish-policy")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def _publish_policy(file: Path) -> None:
    """Put the text of FILE in force as the new version of the privacy policy."""
    with transaction():
        policy = publish_policy(file.read_text("utf-8"))
        version, sha256 = policy.version, policy.sha256
    click.echo(f"隐私政策第{version}版已生效，SHA-256 {sha256}")


def _shown(role: str, name: str, invitation: Invitation) -> str:
    login_name = invitation.account.login_name
    return f"{role}\t{name}\t登录名 {login_name}\t设置码 {invitation.setup_code}\t24小时内有效"
