"""Where things lie in the tree; imported by the system's python3 too, so the standard library alone."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NODE_MODULES = ROOT / "node_modules"
BUILD = ROOT / "build"
STAMPS = BUILD / "stamps"
VENDOR = BUILD / "static" / "vendor"
APP_ICONS = BUILD / "static" / "icons"
FONTS = BUILD / "fonts"
ICONS = BUILD / "icons.json"
SOURCE_FOLDERS = ("portal", "plugins", "templates", "examples")


def text_domains() -> "dict[str, Path]":
    """Each text domain with the package whose texts it holds: the core, each plug-in, each example."""
    packages = [ROOT / "portal", *sorted((ROOT / "plugins").glob("*/")), *sorted((ROOT / "examples").glob("*/*/"))]
    # An example's package is called storewise_<plug-in>; the domain has the plug-in's name.
    return {p.name.removeprefix("storewise_"): p for p in packages if (p / "__init__.py").is_file()}


def catalogues() -> "list[Path]":
    """Every catalogue of translations in the tree."""
    folders = text_domains().values()
    return sorted(path for folder in folders for path in folder.glob("translations/*/LC_MESSAGES/*.po"))
