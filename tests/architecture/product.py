"""What the product consists of: its packages, modules, files and templates."""

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
ROOMS = ("accounts", "programmes", "training", "messaging")
PACKAGES = ("core", *ROOMS, "jobs", "api", "migrations")
TEMPLATES = sorted((ROOT / "api" / "templates").rglob("*.html"))

_RUN_BY_ALEMBIC = ("migrations.env", "migrations.versions")


@cache
def modules() -> tuple[ModuleType, ...]:
    """Every module of the product, imported."""
    found = []
    for name in PACKAGES:
        package = importlib.import_module(name)
        names = [item.name for item in pkgutil.walk_packages(package.__path__, f"{name}.")]
        found += [package]
        found += [
            importlib.import_module(item) for item in names if not item.startswith(_RUN_BY_ALEMBIC)
        ]
    return tuple(found)


def python_files() -> list[Path]:
    """Every Python file of the product, without the migrations, which are a history."""
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    versions = ROOT / "migrations" / "versions"
    return sorted(path for path in files if versions not in path.parents)


def place(path: Path) -> str:
    """The file's path within the project."""
    return path.relative_to(ROOT).as_posix()
