"""What programs send and get about people, roles and plug-ins."""

from __future__ import annotations

import marshmallow as ma

from portal.web_api.blueprint import PageArguments, page_of
from portal.web_api.fields import Choice, Flag, Identity, Text, many

STATES = ("open", "used", "expired", "revoked")


class RoleSchema(ma.Schema):
    """A role of the distributor."""

    id = Identity(required=True)
    key = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    side = Choice(("distributor", "store"), required=True)
    permissions = ma.fields.List(ma.fields.String(), required=True)


class NewRoleSchema(ma.Schema):
    """A role to be added; it is for the side of the one that it is like."""

    title = Text(80, filled=True, required=True)
    like = Identity(required=True, metadata={"description": "the role whose rights it begins with"})


class RoleChangeSchema(ma.Schema):
    """What is to change; an empty title gives a built-in role its own name back."""

    title = Text(80)
    permissions = many(Text(100), 500, metadata={"description": "all that the role may do from now on"})


class MemberSchema(ma.Schema):
    """Somebody's place with the distributor."""

    id = Identity(required=True, metadata={"description": "the membership"})
    name = ma.fields.String(required=True)
    email = ma.fields.String(required=True, allow_none=True)
    phone = ma.fields.String(required=True, allow_none=True)
    role = ma.fields.String(required=True, metadata={"description": "the key of the role"})
    store = ma.fields.String(required=True, allow_none=True, metadata={"description": "the number of the store"})
    active = ma.fields.Boolean(required=True)


class MemberQuery(PageArguments):
    """What the list is narrowed to."""

    q = Text(100, load_default="", metadata={"description": "words of name, address, phone number or store"})
    state = Choice(("active", "inactive", "all"), load_default="active")


class MemberChangeSchema(ma.Schema):
    """What is to change: the role, for store people the store, whether the person has access."""

    role = Text(40, filled=True, metadata={"description": "the key of the role"})
    store = Text(40, filled=True, metadata={"description": "the number of the store"})
    active = Flag()


class ColleagueGuestSchema(ma.Schema):
    """Whom to invite to the own store: an e-mail address, a phone number, or both."""

    role = Text(40, filled=True, required=True, metadata={"description": "the key of the role"})
    name = Text(80, load_default="")
    email = Text(255, load_default="")
    phone = Text(40, load_default="")


class GuestSchema(ColleagueGuestSchema):
    """Whom to invite: an e-mail address, a phone number, or both; store people with their store."""

    store = Text(40, load_default="", metadata={"description": "the number of the store"})


class InvitationSchema(ma.Schema):
    """An invitation."""

    id = Identity(required=True)
    name = ma.fields.String(required=True)
    email = ma.fields.String(required=True, allow_none=True)
    phone = ma.fields.String(required=True, allow_none=True)
    role = ma.fields.String(required=True)
    store = ma.fields.String(required=True, allow_none=True)
    state = Choice(STATES, required=True)
    expires_at = ma.fields.AwareDateTime(required=True)


class NewInvitationSchema(InvitationSchema):
    """An invitation with its link, which is shown this once and works once."""

    link = ma.fields.String(required=True)


class InvitationsSchema(ma.Schema):
    """Invitations that nobody has followed yet, the latest first, at most 50."""

    items = ma.fields.List(ma.fields.Nested(InvitationSchema), required=True)


class PluginSchema(ma.Schema):
    """An installed plug-in; `needs` must be on before, `needed_by` must be off before."""

    name = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    description = ma.fields.String(required=True)
    version = ma.fields.String(required=True)
    active = ma.fields.Boolean(required=True)
    needs = ma.fields.List(ma.fields.String(), required=True)
    needed_by = ma.fields.List(ma.fields.String(), required=True)


class PluginChangeSchema(ma.Schema):
    """On or off."""

    active = Flag(required=True)


class DistributorSchema(ma.Schema):
    """The distributor."""

    slug = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    language = ma.fields.String(required=True, metadata={"description": "of letters to who has not chosen one"})
    timezone = ma.fields.String(required=True)


class DistributorChangeSchema(ma.Schema):
    """What is to change."""

    name = Text(80, filled=True)
    language = Choice(("zh_Hans", "en"))
    timezone = Text(60, filled=True, metadata={"description": "as Asia/Shanghai"})


MemberPage = page_of(MemberSchema)
