"""What the host says of plug-ins that it cannot take, and which of them it takes."""

import pytest

from portal.db import Model
from portal.host import PluginProblem
from tests.portal.plugin_kit import kit

__all__ = ["kit"]

VIEWS = """
    from flask import Blueprint
    from portal.api import open_to_all, requires
    blueprint = Blueprint("weather", __name__)

    @blueprint.get("/")
    @requires("weather.see")
    def index():
        return "sunny"
"""
WITH_VIEWS = """
    def permissions(self):
        return [Permission("weather.see", "See", "store")]
    def blueprints(self):
        from .views import blueprint
        return [blueprint]
"""


def refusal(kit, *names):
    """Why the start was stopped."""
    with pytest.raises(PluginProblem) as stopped:
        kit.start(names)
    return str(stopped.value)


# The first switch: PLUGINS and entry points


def test_bundled_plugin_is_loaded_when_the_setting_names_it(kit):
    kit.bundled("weather")
    assert list(kit.start(("weather",)).plugins) == ["weather"]
    assert list(kit.start(()).plugins) == []


def test_installed_plugin_is_found_by_its_entry_point(kit):
    kit.installed("weather")
    host = kit.start()
    assert host.plugins["weather"].version == "1.2"
    assert host.distributions["weather"] == "storewise-weather 1.2"
    assert not host.is_bundled("weather")


def test_entry_points_can_be_switched_off_and_named_one_by_one(kit):
    kit.installed("weather")
    kit.installed("tides")
    assert list(kit.start(discover=False).plugins) == []
    assert list(kit.start(("tides",), discover=False).plugins) == ["tides"]


def test_installed_plugin_named_in_the_setting_is_loaded_once(kit):
    kit.installed("weather")
    host = kit.start(("weather",))
    assert list(host.plugins) == ["weather"]
    assert host.quarantined == {}


def test_plugins_come_after_those_they_require(kit):
    kit.bundled("apples", "requires = ('zebras',)")
    kit.bundled("zebras")
    assert list(kit.start(("apples", "zebras")).plugins) == ["zebras", "apples"]


# Bundled ones stop the start, with a message


def test_unknown_name_in_the_setting_stops_the_start(kit):
    assert "PLUGINS names 'nonsense', but there is no such plug-in" in refusal(kit, "nonsense")


def test_bundled_plugin_that_cannot_be_imported_stops_the_start_and_says_where(kit):
    kit.bundled("weather", files={"views.py": "import no_such_module"})
    (kit.folder / "bundled" / "weather" / "__init__.py").write_text("from . import views\nplugin = None\n")
    message = refusal(kit, "weather")
    assert message.startswith("plug-in weather: ModuleNotFoundError: No module named 'no_such_module'")
    assert "views.py, line 1" in message


def test_bundled_plugin_that_exits_while_it_is_imported_stops_the_start_with_its_name(kit):
    kit.bundled("weather")
    (kit.folder / "bundled" / "weather" / "__init__.py").write_text("raise SystemExit('bye')\n")
    assert refusal(kit, "weather").startswith("plug-in weather: SystemExit: bye")


def test_missing_requirement_is_named(kit):
    kit.bundled("weather", "requires = ('tides',)")
    assert refusal(kit, "weather") == (
        "plug-in weather: requires tides, which is not loaded: name it in PLUGINS, or install it"
    )


def test_circle_of_requirements_is_named(kit):
    kit.bundled("eggs", "requires = ('hens',)")
    kit.bundled("hens", "requires = ('eggs',)")
    assert refusal(kit, "eggs", "hens") == "plug-in eggs: plug-ins require each other in a circle: eggs, hens"


@pytest.mark.parametrize("version", ["(2, 0)", "(1, 99)"])
def test_other_api_version_is_refused(kit, version):
    kit.bundled("weather", f"requires_api = {version}")
    assert "needs API" in refusal(kit, "weather")
    assert "this portal has 1.0" in refusal(kit, "weather")


@pytest.mark.parametrize("name", ["portal", "calendar", "Weather", "static"])
def test_names_that_the_core_uses_or_that_are_no_names_are_refused(kit, name):
    kit.bundled(name)
    assert "must be a lower-case identifier that the core does not use" in refusal(kit, name)


def test_names_of_which_one_begins_with_the_other_cannot_be_told_apart(kit):
    kit.bundled("weather")
    kit.bundled("weather_maps")
    assert "cannot be told apart" in refusal(kit, "weather", "weather_maps")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("title = ''", "title cannot be ''"),
        ("version = None", "version is missing"),
        ("requires = 'trade'", "requires cannot be 'trade'"),
        ("default_settings = 3", "default_settings cannot be 3"),
    ],
)
def test_wrong_facts_are_named(kit, body, message):
    kit.bundled("weather", body)
    assert message in refusal(kit, "weather")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "def permissions(self): return [Permission('see', 'See', 'store')]",
            "permission 'see' must begin with 'weather.'",
        ),
        ("def jobs(self): return [Job('tides.fetch', print, 'Fetch')]", "job 'tides.fetch' must begin with 'weather.'"),
        (
            "def notification_kinds(self): return [NotificationKind('storm', 'Storm', 'store')]",
            "notification kind 'storm' must begin with 'weather.'",
        ),
        (
            "def permissions(self): return [Permission('weather.see', 'See', 'store')] * 2",
            "permission 'weather.see' is declared twice",
        ),
        (
            "def nav_items(self): return [NavItem('W', 'weather.index', 'sun', 'weather.see', 'store')]",
            "nav item weather.index asks for the undeclared permission 'weather.see'",
        ),
        ("def permissions(self): return ['weather.see']", "permissions() gave a str, not a Permission"),
        (
            "def permissions(self): return [Permission('weather.see', 'S', 'shop')]",
            "Permission.side is 'shop', not one of",
        ),
        ("def jobs(self): return [Job('weather.work', 'now', 'Work')]", "Job.run is a str, not a function"),
        ("def subscriptions(self): return [Subscription('store_created', None)]", "Subscription.handler is None"),
        ("def jobs(self): return 1 / 0", "jobs() failed: ZeroDivisionError"),
        ("def nav_items(self): raise SystemExit(3)", "nav_items() failed: SystemExit"),
    ],
)
def test_wrong_declarations_are_named(kit, body, message):
    kit.bundled("weather", body)
    assert message in refusal(kit, "weather")


def test_endless_declarations_end(kit):
    kit.bundled(
        "weather",
        """
        def permissions(self):
            count = 0
            while True:
                count += 1
                yield Permission(f'weather.p{count}', 'P', 'store')
        """,
    )
    assert "permissions() gave more than 500" in refusal(kit, "weather")


def test_text_that_cannot_be_said_is_found_at_the_start(kit):
    kit.bundled(
        "weather",
        """
        def permissions(self):
            from flask_babel import lazy_gettext
            return [Permission('weather.see', lazy_gettext('See %(what)s', how='well'), 'store')]
        """,
    )
    assert refusal(kit, "weather").startswith("plug-in weather: KeyError")


def test_declarations_are_read_once(kit):
    kit.bundled(
        "weather",
        """
        asked = 0
        def permissions(self):
            type(self).asked += 1
            if self.asked > 1:
                raise RuntimeError('asked again')
            return (Permission(f'weather.{name}', name, 'store') for name in ('see', 'make'))
        """,
    )
    plugin = kit.start(("weather",)).plugins["weather"]
    assert [permission.name for permission in plugin.permissions()] == ["weather.see", "weather.make"]
    assert [permission.name for permission in plugin.permissions()] == ["weather.see", "weather.make"]


# Pages


def views(*changes):
    code = VIEWS
    for old, new in changes:
        assert old in code
        code = code.replace(old, new)
    return {"views.py": code}


def test_pages_are_mounted_under_the_name(kit):
    kit.bundled("weather", WITH_VIEWS, views())
    kit.start(("weather",))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('    @requires("weather.see")\n', ""), "view weather.index declares no permission"),
        (("weather.see", "weather.hear"), "view weather.index asks for the undeclared permission weather.hear"),
        (("weather.see", "portal.see_all"), "asks for the undeclared permission portal.see_all"),
        (('Blueprint("weather"', 'Blueprint("home"'), "blueprint 'home' must be called 'weather' or 'weather_...'"),
        (("__name__)", "__name__, static_folder='x')"), "put the files into the plug-in's static/"),
        (
            ('    @blueprint.get("/")', "    blueprint.before_app_request(print)\n    @blueprint.get('/')"),
            "hook into every page (before_request_funcs)",
        ),
        (
            ('    @blueprint.get("/")', "    blueprint.app_errorhandler(404)(print)\n    @blueprint.get('/')"),
            "hook into every page (error_handler_spec)",
        ),
        (
            ('    @blueprint.get("/")', "    blueprint.app_template_filter('money')(print)\n    @blueprint.get('/')"),
            "must begin with 'weather_': money",
        ),
    ],
)
def test_wrong_pages_are_named(kit, change, message):
    kit.bundled("weather", WITH_VIEWS, views(change))
    assert message in refusal(kit, "weather")


def test_pages_of_the_core_cannot_be_covered(kit):
    kit.bundled("noticeboard", WITH_VIEWS.replace("weather", "noticeboard"), views(("weather", "noticeboard")))
    assert refusal(kit, "noticeboard") == (
        "plug-in noticeboard: the portal has pages of its own under /noticeboard: rename the plug-in"
    )


def test_two_blueprints_of_one_name_are_refused(kit):
    twice = WITH_VIEWS.replace("return [blueprint]", "return [blueprint, type(blueprint)('weather', 'x')]")
    kit.bundled("weather", twice, views())
    assert "'weather' is already registered" in refusal(kit, "weather")


def test_nav_item_has_to_lead_somewhere(kit):
    body = WITH_VIEWS + "def nav_items(self): return [NavItem('W', 'weather.map', 'sun', 'weather.see', 'store')]"
    kit.bundled("weather", body.replace("\ndef nav", "\n    def nav"), views())
    assert "nav item weather.map leads to no page" in refusal(kit, "weather")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("from flask_smorest import Blueprint as ApiBlueprint", "must be a portal.api.ApiBlueprint"),
        ("from portal.api import ApiBlueprint", "API operation weather_api: /now declares no permission"),
        (
            "import portal.api\n    ApiBlueprint = lambda *a, **_: portal.api.ApiBlueprint(*a, url_prefix='/stores')",
            "API blueprint 'weather_api' must begin at /weather: url_prefix='/weather'",
        ),
    ],
)
def test_wrong_api_operations_are_named(kit, code, message):
    body = "def api_blueprints(self):\n    from .api import blueprint\n    return [blueprint]"
    api = f"""
    {code}
    blueprint = ApiBlueprint("weather_api", __name__, url_prefix="/weather")

    @blueprint.route("/now")
    def now():
        return {{}}
    """
    kit.bundled("weather", body, {"api.py": api})
    assert message in refusal(kit, "weather")


# Tables

MODELS = """
    from sqlalchemy.orm import Mapped, mapped_column, relationship
    from portal.api import DistributorOwned, Model

    class Cloud(DistributorOwned, Model):
        __tablename__ = "weather_cloud"
        id: Mapped[int] = mapped_column(primary_key=True)
"""


def test_table_without_the_prefix_is_refused_and_forgotten(kit):
    kit.bundled("weather", files={"models.py": MODELS.replace("weather_cloud", "cloud")})
    assert refusal(kit, "weather").startswith("plug-in weather: tables must begin with 'weather_': cloud")
    assert "cloud" not in Model.metadata.tables


def test_table_of_the_core_cannot_be_taken(kit):
    kit.bundled("weather", files={"models.py": MODELS.replace("weather_cloud", "portal_cloud")})
    assert "tables must begin with 'weather_': portal_cloud" in refusal(kit, "weather")


# Third-party ones go into quarantine, and the others go on


def test_broken_third_party_plugin_goes_into_quarantine_with_the_reason(kit):
    kit.installed("weather", "raise RuntimeError('no sun today')")
    kit.installed("tides")
    host = kit.start()
    assert list(host.plugins) == ["tides"]
    assert host.quarantined["weather"].startswith("RuntimeError: no sun today")


@pytest.mark.parametrize("code", ["raise SystemExit(1)", "import no_such_module", "plugin = 3", "x = ("])
def test_whatever_a_third_party_import_does_the_start_goes_on(kit, code):
    kit.installed("weather")
    (kit.folder / "storewise_weather" / "__init__.py").write_text(code)
    host = kit.start()
    assert list(host.plugins) == []
    assert "weather" in host.quarantined


def test_third_party_pages_without_permission_are_not_let_in(kit):
    kit.installed("weather", WITH_VIEWS, views(('    @requires("weather.see")\n', "")))
    host = kit.start()
    assert "declares no permission" in host.quarantined["weather"]
    assert not [endpoint for endpoint in host._app.view_functions if endpoint.startswith("weather")]


def test_third_party_mapper_that_is_broken_stops_nobody_elses_queries(kit):
    models = MODELS + "        sky: Mapped[list['Sky']] = relationship()\n"
    kit.installed("weather", files={"models.py": models})
    host = kit.start()
    assert "Sky" in host.quarantined["weather"]
    assert "weather_cloud" not in Model.metadata.tables
    from sqlalchemy.orm import configure_mappers

    configure_mappers()


def test_what_requires_a_quarantined_plugin_is_quarantined_too(kit):
    kit.installed("weather", WITH_VIEWS, views(('    @requires("weather.see")\n', "")))
    kit.installed("tides", "requires = ('weather',)")
    kit.installed("moon", "requires = ('broken',)")
    kit.installed("broken", "version = ''")
    host = kit.start()
    assert list(host.plugins) == []
    assert host.quarantined["tides"].startswith("requires weather, which is in quarantine: view weather.index")
    assert host.quarantined["moon"] == "requires broken, which is in quarantine: version cannot be ''"


def test_second_plugin_of_a_name_is_turned_away(kit):
    kit.bundled("weather")
    kit.installed("weather")
    host = kit.start(("weather",))
    assert host.is_bundled("weather")
    assert list(host.plugins) == ["weather"]
    assert host.quarantined == {
        "weather (storewise-weather 1.2)": "two plug-ins are called 'weather'; rename one of them"
    }


def test_entry_point_and_plugin_have_the_same_name(kit):
    kit.installed("weather", entry="climate")
    assert kit.start().quarantined["climate"] == (
        "it is installed as 'climate', but calls itself 'weather': the names must be the same"
    )


def test_plugin_in_a_single_module_is_refused(kit):
    kit.installed("weather")
    (kit.folder / "weather_module.py").write_text((kit.folder / "storewise_weather" / "plugin.py").read_text())
    info = kit.folder / "storewise_weather-1.2.dist-info" / "entry_points.txt"
    info.write_text("[storewise.plugins]\nweather = weather_module:plugin\n")
    kit.written.append("weather_module")
    assert "must lie in a package" in kit.start().quarantined["weather"]
