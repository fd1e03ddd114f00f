"""The command line brings people in, names the first administrator, grants roles and invites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from declarations.extensions import db
from declarations.models import RoleGrant
from tests.declarations.directory.hr_file import FILE, bring_in
from tests.support.story import Story

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


def test_the_command_names_what_is_wrong_and_fails(story: Story, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(FILE + "9,nobody,Nina,,,NL,1,,,\n")
    run = story.app.test_cli_runner().invoke(args=["people", "import", str(file)])
    assert run.exit_code == 1
    assert "line 5: Nina (9): This is not an e-mail address." in run.output
    file.write_text(FILE)
    run = story.app.test_cli_runner().invoke(args=["people", "import", str(file)])
    assert run.exit_code == 0
    assert "Brought in: 3 new, 0 changed, 0 as before." in run.output


def test_the_first_administrator_gets_a_link_in_an_empty_installation(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["people", "first-administrator", "eva@x.example"]).exit_code == 1
    more = ["--name", "Eva Holm", "--company-name", "Nordlys", "--company-key", "NL"]
    made = run(args=["people", "first-administrator", "eva@x.example", *more])
    assert made.exit_code == 0, made.output
    link = made.output.strip().split("\n")[-1]
    again = run(args=["people", "first-administrator", "eva@x.example"])  # the link was lost: another one, the first is void
    assert again.exit_code == 0
    client = app.test_client()
    assert client.get(link.removeprefix("http://localhost")).status_code == 410
    second = again.output.strip().split("\n")[-1].removeprefix("http://localhost")
    assert client.post(second, data={"password": "a boat on the river", "again": "a boat on the river"}).status_code == 302
    assert client.get("/directory").status_code == 200
    for email in ("eva@x.example", "someone@x.example"):
        refused = run(args=["people", "first-administrator", email])
        assert refused.exit_code == 1
        assert "There is an administrator already" in refused.output


def test_roles_are_granted_and_listed_at_the_command_line(story: Story) -> None:
    bring_in(story, FILE)
    run = story.app.test_cli_runner().invoke
    listed = run(args=["people", "roles", "--grant", "compliance_officer", "ben@nordlys.example", "NL-DK"])
    assert "compliance_officer  NL-DK  ben@nordlys.example  Ben Carlsen" in listed.output
    assert run(args=["people", "roles", "--grant", "king", "ben@nordlys.example", "NL-DK"]).exit_code == 1
    assert run(args=["people", "roles", "--grant", "administrator", "ben@nordlys.example", "NL"]).exit_code == 1
    assert run(args=["people", "roles", "--revoke", "compliance_officer", "ben@nordlys.example", "NL-DK"]).exit_code == 0
    with story.app.app_context():
        assert db.session.scalars(select(RoleGrant.revoked_at)).one() is not None


def test_invitations_are_printed_where_there_is_no_mail_server(story: Story) -> None:
    bring_in(story, FILE)
    run = story.app.test_cli_runner().invoke
    assert "/set-password/" in run(args=["people", "invite", "ben@nordlys.example"]).output
    everybody = run(args=["people", "invite", "--all"]).output  # Ben's link still works, so he gets no other
    assert everybody.count("/set-password/") == 2
    assert run(args=["people", "invite", "nobody@nordlys.example"]).exit_code == 1
    assert run(args=["people", "invite"]).exit_code == 1
