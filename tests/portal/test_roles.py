"""What roles may do: edited by the distributor, without locking itself out."""

import re

import pytest
from sqlalchemy import select

from portal.accounts.members import change_member, deactivate
from portal.accounts.models import Membership, Role
from portal.accounts.roles import change_permissions
from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import RuleBroken
from tests.portal.people_kit import database, equip


@pytest.fixture
def roles(app, world):
    with database(app):
        rows = db.session.scalars(select(Role).where(Role.distributor_id == world.first.id)).all()
        return {row.key: row.id for row in rows}


def _permissions(app, role_id):
    with database(app):
        return set(db.session.get(Role, role_id).permissions)


def _form(page):
    """The grid as a browser would send it back."""
    fields = []
    for tag in re.findall(r"<input [^>]*>", page):
        name = re.search(r'name="((?:role|seen)-\d+)"', tag)
        if name and ('type="hidden"' in tag or " checked" in tag):
            fields.append((name[1], re.search(r'value="([^"]*)"', tag)[1]))
    return fields


def _send(client, fields, side="distributor"):
    data = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return client.post(f"/admin/roles?side={side}", data=data)


def test_the_grid_gives_and_takes_what_is_ticked(app, client_as, roles):
    client = client_as("administrator")
    fields = _form(client.get("/admin/roles").text)
    fields.remove((f"role-{roles['manager']}", "portal.edit_stores"))
    fields.append((f"role-{roles['expert']}", "portal.see_audit"))
    before = {key: _permissions(app, role_id) for key, role_id in roles.items()}
    assert _send(client, fields).status_code == 302
    assert _permissions(app, roles["manager"]) == before["manager"] - {"portal.edit_stores"}
    assert _permissions(app, roles["expert"]) == before["expert"] | {"portal.see_audit"}
    for key in ("administrator", "rep", "store_manager", "store_staff"):
        assert _permissions(app, roles[key]) == before[key]
    assert client_as("expert").get("/audit").status_code == 200
    with database(app):
        noted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "role.changed")).all()
        assert [entry.details for entry in noted] == [
            {"added": [], "removed": ["portal.edit_stores"]},
            {"added": ["portal.see_audit"], "removed": []},
        ]


def test_sending_the_grid_back_changes_nothing(app, client_as, roles):
    client = client_as("administrator")
    for side in ("distributor", "store"):
        before = {key: _permissions(app, role_id) for key, role_id in roles.items()}
        assert _send(client, _form(client.get(f"/admin/roles?side={side}").text), side).status_code == 302
        assert {key: _permissions(app, role_id) for key, role_id in roles.items()} == before


def test_permissions_of_the_other_side_or_of_nobody_are_not_taken(app, client_as, roles):
    client = client_as("administrator")
    fields = _form(client.get("/admin/roles?side=store").text)
    fields += [(f"role-{roles['store_staff']}", name) for name in ("portal.manage_people", "nobody.knows")]
    fields += [(f"role-{roles['rep']}", "portal.manage_people"), (f"seen-{roles['rep']}", "x")]
    _send(client, fields, "store")
    assert not {"portal.manage_people", "nobody.knows"} & _permissions(app, roles["store_staff"])
    assert "portal.manage_people" not in _permissions(app, roles["rep"])


@pytest.mark.parametrize("power", ["portal.manage_people", "portal.manage_roles"])
def test_nobody_cuts_the_own_rights_by_accident(app, client_as, roles, power):
    client = client_as("administrator")
    fields = _form(client.get("/admin/roles").text)
    fields.remove((f"role-{roles['administrator']}", power))
    fields.append((f"role-{roles['manager']}", "portal.see_audit"))
    assert _send(client, fields).status_code == 422
    assert power in _permissions(app, roles["administrator"])
    assert "portal.see_audit" not in _permissions(app, roles["manager"])  # all of it or nothing


@pytest.mark.parametrize("power", ["portal.manage_people", "portal.manage_roles"])
def test_the_last_who_holds_the_keys_keeps_them(app, act_as, roles, power):
    """Not even a program, which has no own rights to lose, leaves a distributor without anybody who can manage it."""
    with act_as("administrator"):
        role = db.session.get(Role, roles["administrator"])
        with pytest.raises(RuleBroken):
            change_permissions(role, set(role.permissions) - {power}, seen=role.permissions, by=None)
        db.session.rollback()
    with act_as("administrator"):
        manager, administrator = db.session.get(Role, roles["manager"]), db.session.get(Role, roles["administrator"])
        both = {"portal.manage_people", "portal.manage_roles"}
        change_permissions(manager, {*manager.permissions, *both}, seen=manager.permissions, by=None)
        change_permissions(
            administrator, set(administrator.permissions) - {power}, seen=administrator.permissions, by=None
        )
    assert power not in _permissions(app, roles["administrator"])


def test_the_own_rights_stay_even_where_others_could_give_them_back(app, client_as, roles):
    with database(app):
        manager = db.session.get(Role, roles["manager"])
        manager.permissions = [*manager.permissions, "portal.manage_people", "portal.manage_roles"]
    client = client_as("administrator")
    fields = _form(client.get("/admin/roles").text)
    fields.remove((f"role-{roles['administrator']}", "portal.manage_people"))
    assert _send(client, fields).status_code == 422
    assert "portal.manage_people" in _permissions(app, roles["administrator"])


def test_not_even_a_program_takes_the_last_administrator_away(world, act_as, roles):
    with act_as("administrator"):
        member = db.session.get(Membership, world.first.members["administrator"])
        with pytest.raises(RuleBroken):
            change_member(member, role=db.session.get(Role, roles["manager"]), store=None, by=None)
        with pytest.raises(RuleBroken):
            deactivate(member, by=None)
        db.session.expire(member)
        assert (member.active, member.role_id) == (True, roles["administrator"])


def test_two_administrators_do_not_overwrite_each_other(app, client_as, roles):
    first, second = client_as("administrator"), client_as("administrator")
    of_first, of_second = _form(first.get("/admin/roles").text), _form(second.get("/admin/roles").text)
    of_first.append((f"role-{roles['expert']}", "portal.see_audit"))
    assert _send(first, of_first).status_code == 302
    of_second.append((f"role-{roles['expert']}", "portal.edit_stores"))
    answer = _send(second, of_second)
    assert answer.status_code == 422
    assert "Somebody else" in answer.text
    assert "portal.see_audit" in _permissions(app, roles["expert"])
    assert "portal.edit_stores" not in _permissions(app, roles["expert"])


def test_what_plug_ins_that_are_not_here_declared_is_kept(app, client_as, roles):
    with database(app):
        role = db.session.get(Role, roles["expert"])
        role.permissions = [*role.permissions, "absent.permission"]
    client = client_as("administrator")
    fields = _form(client.get("/admin/roles").text)
    fields.append((f"role-{roles['expert']}", "portal.see_audit"))
    _send(client, fields)
    assert {"absent.permission", "portal.see_audit"} <= _permissions(app, roles["expert"])


def test_an_own_role_is_added_used_and_removed(app, world, client_as, roles):
    client = client_as("administrator")
    answer = client.post("/admin/roles/new", data={"title": "客服主管", "like": roles["manager"]})
    assert (answer.status_code, answer.location) == (302, "/admin/roles?side=distributor")
    with database(app):
        role = db.session.scalars(select(Role).where(Role.title == "客服主管")).one()
    assert set(role.permissions) == _permissions(app, roles["manager"])
    member = world.first.members["expert"]
    assert client.post(f"/admin/people/{member}", data={"role": role.id}).status_code == 302
    assert client_as("expert").get("/stores").status_code == 200
    assert client.post(f"/admin/roles/{role.id}/remove").status_code == 422
    client.post(f"/admin/people/{member}", data={"role": roles["expert"]})
    assert client.post(f"/admin/roles/{role.id}/remove").status_code == 302
    with database(app):
        assert db.session.get(Role, role.id) is None


def test_built_in_roles_stay(app, client_as, roles):
    assert client_as("administrator").post(f"/admin/roles/{roles['expert']}/remove").status_code == 422
    assert _permissions(app, roles["expert"])


@pytest.mark.parametrize("title", ["", "  ", "Manager", "MANAGER"])
def test_a_role_needs_a_name_of_its_own(client_as, roles, title):
    answer = client_as("administrator").post("/admin/roles/new", data={"title": title, "like": roles["manager"]})
    assert answer.status_code == 422
    assert 'id="title-error"' in answer.text


def test_a_built_in_role_is_renamed_and_gets_its_own_name_back(client_as, roles):
    client = client_as("administrator")
    client.post(f"/admin/roles/{roles['rep']}", data={"title": "Area manager"})
    assert "Area manager" in client.get("/admin/roles").text
    client.post(f"/admin/roles/{roles['rep']}", data={"title": ""})
    page = client.get("/admin/roles").text
    assert "Area manager" not in page
    assert "Sales rep" in page


def test_roles_of_another_distributor_are_not_there(client_as, roles):
    client = client_as("administrator", "other")
    for method, path in (("get", ""), ("post", ""), ("post", "/remove")):
        answer = getattr(client, method)(f"/admin/roles/{roles['expert']}{path}")
        assert answer.status_code == 404
    assert client.post("/admin/roles/new", data={"title": "x", "like": roles["expert"]}).status_code == 422


@pytest.mark.parametrize("role", ["manager", "expert", "rep", "store_manager", "store_staff"])
def test_roles_are_for_who_may_manage_them(client_as, role):
    client = client_as(role)
    for path in ("/admin/roles", "/admin/roles/new", "/admin/people", "/admin/plugins", "/admin/settings", "/audit"):
        assert client.get(path).status_code == 403


def test_the_grid_costs_few_queries(client_as, count_queries):
    client = client_as("administrator")
    with count_queries() as queries:
        assert client.get("/admin/roles").status_code == 200
    assert len(queries) <= 6


# Members


def test_an_administrator_ends_and_gives_back_access(app, world, client_as):
    client, member = client_as("administrator"), world.first.members["rep"]
    rep = client_as("rep")
    assert rep.get("/today").status_code == 200
    assert client.post(f"/admin/people/{member}/deactivate").status_code == 302
    assert rep.get("/today").location == "/no-membership"
    assert client.post(f"/admin/people/{member}/reactivate").status_code == 302
    assert rep.get("/today").status_code == 200


def test_the_last_administrator_is_neither_switched_off_nor_moved(app, world, client_as, roles):
    client, own = client_as("administrator"), world.first.members["administrator"]
    assert client.post(f"/admin/people/{own}/deactivate").status_code == 422
    assert client.post(f"/admin/people/{own}", data={"role": roles["manager"]}).status_code == 422
    with database(app):
        member = db.session.get(Membership, own)
        assert (member.active, member.role_id) == (True, roles["administrator"])


def test_one_of_two_administrators_can_go(app, world, client_as, roles):
    client = client_as("administrator")
    client.post(f"/admin/people/{world.first.members['manager']}", data={"role": roles["administrator"]})
    second = client_as("manager")
    assert second.post(f"/admin/people/{world.first.members['administrator']}/deactivate").status_code == 302
    assert client.get("/today").location == "/no-membership"
    assert (
        second.post(f"/admin/people/{world.first.members['manager']}", data={"role": roles["manager"]}).status_code
        == 422
    )


def test_a_store_person_moves_to_another_store_and_leaves_the_old_one_behind(app, world, client_as, roles):
    client, old = client_as("administrator"), world.first.members["store_staff"]
    staff = client_as("store_staff")
    answer = client.post(f"/admin/people/{old}", data={"role": roles["store_manager"], "store": "0002"})
    assert answer.status_code == 302
    with database(app):
        assert not db.session.get(Membership, old).active
        place = db.session.scalars(
            select(Membership).where(
                Membership.person_id == world.first.people["store_staff"], Membership.active.is_(True)
            )
        ).one()
        assert (place.role_id, place.store_id) == (roles["store_manager"], world.first.stores[1])
    assert answer.location == f"/admin/people/{place.id}"
    assert "禾川学府路店" in staff.get("/today").text
    back = client.post(f"/admin/people/{place.id}", data={"role": roles["store_staff"], "store": "0001"})
    assert back.location == f"/admin/people/{old}"  # the same place as before, with its history


def test_nobody_changes_sides_or_stands_without_a_store(world, client_as, roles):
    client, member = client_as("administrator"), world.first.members["store_staff"]
    assert client.post(f"/admin/people/{member}", data={"role": roles["store_manager"], "store": ""}).status_code == 422
    assert client.post(f"/admin/people/{member}", data={"role": roles["rep"], "store": "0002"}).status_code == 422
    assert (
        client.post(f"/admin/people/{world.first.members['rep']}", data={"role": roles["store_staff"]}).status_code
        == 422
    )


def test_members_of_another_distributor_are_not_there(world, client_as):
    client = client_as("administrator", "other")
    member = world.first.members["rep"]
    assert client.get(f"/admin/people/{member}").status_code == 404
    for verb in ("", "/deactivate", "/reactivate", "/password-link"):
        assert client.post(f"/admin/people/{member}{verb}").status_code == 404


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("rep", {"first rep"}),
        ("0002", {"first store_manager:1", "first store_staff:1"}),
        ("139 0000 1234", {"first expert"}),
    ],
)
def test_people_are_found_by_name_store_and_number(app, world, client_as, words, found):
    equip(app, world.first.people["expert"], phone="+8613900001234")
    page = client_as("administrator").get("/admin/people", query_string={"q": words}).text
    assert set(re.findall(r"<b>((?:first|other) [^<]+)</b>", page)) == found


def test_the_list_of_people_is_paged_and_costs_few_queries(app, world, client_as, count_queries):
    with database(app):
        from portal.accounts.models import Person

        for index in range(30):
            person = Person(name=f"guest {index:02}", fs_uniquifier=f"guest-{index}")
            db.session.add(person)
            db.session.flush()
            db.session.add(
                Membership(distributor_id=world.first.id, person_id=person.id, role_id=_rep_role(world.first.id))
            )
    client = client_as("administrator")
    with count_queries() as queries:
        first = client.get("/admin/people").text
    assert len(queries) <= 8
    names = re.findall(r"<b>(guest \d\d)</b>", first)
    assert names == [f"guest {index:02}" for index in range(29, 4, -1)]
    older = re.search(r'href="([^"]*cursor=[^"]*)"[^>]*rel="next"', first)[1].replace("&amp;", "&")
    second = client.get(older).text
    assert re.findall(r"<b>(guest \d\d)</b>", second) == [f"guest {index:02}" for index in range(4, -1, -1)]


def _rep_role(distributor_id):
    return db.session.scalar(select(Role.id).where(Role.distributor_id == distributor_id, Role.key == "rep"))


def test_a_link_for_a_new_password_is_for_who_has_no_address_and_no_other_distributor(app, world, client_as):
    from portal.accounts.models import Person
    from portal.accounts.services import join
    from portal.tenancy import Scope, acting_for

    client, member = client_as("administrator"), world.first.members["rep"]
    assert client.post(f"/admin/people/{member}/password-link").status_code == 422
    equip(app, world.first.people["rep"], email=None, phone="+8613900001234")
    answer = client.post(f"/admin/people/{member}/password-link")
    assert answer.status_code == 302
    link = re.search(r'value="http://127.0.0.1:8000(/auth/reset/[^"]+)"', client.get(answer.location).text)[1]
    wanted = {"password": "nine old bicycles", "password_confirm": "nine old bicycles"}
    assert app.test_client().post(link, data=wanted).status_code == 302
    assert (
        app.test_client()
        .post("/auth/login", data={"email": "13900001234", "password": "nine old bicycles"})
        .status_code
        == 302
    )
    with database(app):
        person = db.session.get(Person, world.first.people["rep"])
        with acting_for(Scope(world.other.id)):
            join(person, "rep")
    assert client.post(f"/admin/people/{member}/password-link").status_code == 422
