"""The tables of accounts, as Piccolo sees them; the real ones, with their constraints, are made by the migrations."""

from piccolo.columns import JSONB, UUID, Array, Boolean, Bytea, Integer, Serial, Text, Timestamptz
from piccolo.table import Table


class Organisation(Table, tablename="organisation"):
    """The one organisation of this installation: always the row with id 1."""

    id = Integer(primary_key=True, default=1)
    name = Text()
    time_zone = Text()
    created_at = Timestamptz()


class Warehouse(Table, tablename="warehouses"):
    """A place that packs and ships. Its hours and holidays stand in the kernel's ``calendars``."""

    id = Serial(primary_key=True)
    code = Text(unique=True)
    name = Text()
    time_zone = Text()
    ended_at = Timestamptz(null=True, default=None)


class Shop(Table, tablename="shops"):
    """An account at a sales channel. ``settings`` holds what only its channel understands."""

    id = Serial(primary_key=True)
    name = Text()
    channel = Text()
    currency = Text()
    time_zone = Text()
    default_warehouse_id = Integer(null=True, default=None)
    callback_url = Text(null=True, default=None)
    settings = JSONB()
    ended_at = Timestamptz(null=True, default=None)


class ShopSecret(Table, tablename="shop_secrets"):
    """A webhook secret, sealed; two may live at once, so that one can be replaced without a lost message."""

    id = Serial(primary_key=True)
    shop_id = Integer()
    sealed = Bytea()
    created_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)


class Person(Table, tablename="people"):
    """Somebody who signs in. ``shops`` and ``warehouses`` of null mean all of them."""

    id = Serial(primary_key=True)
    login = Text(unique=True)
    name = Text()
    password_hash = Text(null=True, default=None)
    roles = Array(base_column=Text())
    shops = Array(base_column=Integer(), null=True, default=None)
    warehouses = Array(base_column=Integer(), null=True, default=None)
    language = Text(null=True, default=None)
    created_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)


class Session(Table, tablename="sessions"):
    """One sign-in on one device. The token is in the cookie only; here lies its digest. Kept 90 days after its end."""

    id = UUID(primary_key=True)
    digest = Bytea(unique=True)
    person_id = Integer()
    device = Text()
    agent = Text(null=True, default=None)
    ip = Text(null=True, default=None)
    created_at = Timestamptz()
    seen_at = Timestamptz()
    expires_at = Timestamptz()


class SignInAttempts(Table, tablename="sign_in_attempts"):
    """How often one place was tried of late; forgotten a day after the first try."""

    place = Text(primary_key=True)
    attempts = Integer()
    since = Timestamptz()


class ApiToken(Table, tablename="api_tokens"):
    """A key for a program. The token is shown once; here lies its digest."""

    id = Serial(primary_key=True)
    digest = Bytea(unique=True)
    name = Text()
    roles = Array(base_column=Text())
    shops = Array(base_column=Integer(), null=True, default=None)
    warehouses = Array(base_column=Integer(), null=True, default=None)
    created_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)


class SetUpLink(Table, tablename="setup_links"):
    """The link by which an empty installation gets its first admin; good once, for a day."""

    digest = Bytea(primary_key=True)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    used = Boolean(default=False)
