"""A recipe: how a workspace reads and decides. Data in pipelines/*.yaml, never code.

Knows the names, ranges and defaults of every setting and how to load them.
Must not know how a setting is used. Each threshold belongs to a field class and is meant to be
replaced by a measured one; `curve` keeps the measurement beside the number it chose.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from papi.errors import UsageError
from papi.resources import data_folder

Probability = float


class FieldClass(StrEnum):
    """Fields that are read alike and share one accept threshold."""

    TICK = "tick"
    TICK_CRITICAL = "tick_critical"
    CODED = "coded"
    DATE = "date"
    NUMBER = "number"
    LONG_NUMBER = "long_number"
    NIK = "nik"
    KK = "kk"
    NAME = "name"
    CODE = "code"
    TEXT = "text"
    SIGNATURE = "signature"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _share(default: float) -> Any:
    return Field(default=default, ge=0.0, le=1.0)


class Thresholds(_Section):
    """Smallest P(value) that is accepted without a person, per field class."""

    tick: Probability = _share(0.985)
    tick_critical: Probability = _share(0.985)
    coded: Probability = _share(0.97)
    date: Probability = _share(0.95)
    number: Probability = _share(0.985)
    long_number: Probability = _share(0.97)
    nik: Probability = _share(0.97)
    kk: Probability = _share(0.97)
    name: Probability = _share(0.97)
    code: Probability = _share(0.97)
    text: Probability = _share(0.98)
    signature: Probability = _share(0.9)
    critical: Probability = _share(0.97)
    """Floor for critical fields of every class: an error there is the wrong person."""

    def needed(self, field_class: FieldClass, *, critical: bool) -> float:
        """Return the probability a field of this class must reach."""
        own = float(getattr(self, field_class.value))
        ink = field_class in {FieldClass.TEXT, FieldClass.SIGNATURE}
        return max(own, self.critical) if critical and not ink else own


class Exceptions(_Section):
    """How often people break each kind of rule: the weight of an inconsistent value.

    P(value) is proportional to ink(value) x these weights; 1 switches a rule off, 0 would force.
    """

    codes: Probability = _share(0.02)
    range: Probability = _share(0.02)
    pattern: Probability = _share(0.1)
    calendar: Probability = _share(0.02)
    window: Probability = _share(0.02)
    check_character: Probability = _share(0.02)
    nik: Probability = _share(0.02)
    nik_prefix: Probability = _share(0.1)
    nik_district: Probability = _share(0.1)
    nik_subdistrict: Probability = _share(0.3)
    nik_birth: Probability = _share(0.05)
    length: Probability = _share(0.02)
    name_token: Probability = _share(0.05)
    filler_inside: Probability = _share(0.02)
    gap: Probability = _share(0.02)
    unused_mixed: Probability = _share(0.2)
    crossed_field: Probability = _share(0.1)
    isolated: Probability = _share(0.05)
    marks: Probability = _share(0.05)
    empty_strip: Probability = _share(0.02)


class Decoding(_Section):
    """From box posteriors to field values."""

    top: int = Field(default=8, ge=1, le=64)
    beam: int = Field(default=48, ge=8, le=1024)
    junk: Probability = _share(0.05)
    """P(a box holds no character) from which a person must look."""
    doubtful: Probability = _share(0.05)
    """P(a tick is doubtful, or two are marked) from which a person must look."""
    cancelled: Probability = _share(0.05)
    """P(a tick of a critical field was cancelled) from which a person must look."""
    overhang: Probability = _share(0.98)
    """Smallest P(value) accepted where ink leaves its box. Of 219 such fields read with 0.95 or
    more (L1, writers held out of training) none was wrong: at most 1.4 %, 95 % sure."""
    prelist_lift: float = Field(default=8.0, ge=1.0, le=50.0)
    """Largest likelihood ratio the printed value gets, and only where "sesuai" is ticked."""
    exceptions: Exceptions = Exceptions()


def _error_targets() -> dict[FieldClass, float]:
    """As good as double keying of ticks and single keying of writing (PLoS ONE 2012 e35087)."""
    written = ("coded", "date", "number", "long_number", "nik", "kk", "name", "code")
    ticks = {FieldClass.TICK: 0.000046, FieldClass.TICK_CRITICAL: 0.000046}
    return ticks | {FieldClass(name): 0.00037 for name in written}


def _grids() -> dict[FieldClass, float]:
    return {FieldClass.TICK: 0.5, FieldClass.CODED: 0.5}


class Control(_Section):
    """Quality control by people: who keys what how often, and how wrong a class may be."""

    critical_entries: int = Field(default=2, ge=1, le=2)
    """Blind entries, by different people, of a critical field that needs a person."""
    double_key_share: Probability = _share(0.02)
    """Share of the other fields in review keyed blind by two clerks, for the clerks' own error."""
    sample_share: Probability = _share(0.005)
    """Share of accepted fields keyed blind to estimate the live error."""
    sample: Mapping[FieldClass, Probability] = Field(default_factory=dict)
    """Another share for single classes."""
    error_target: Mapping[FieldClass, Probability] = Field(default_factory=_error_targets)
    """Wrong fields among the accepted above which a class is reported to the supervisor."""
    grid: Mapping[FieldClass, Probability] = Field(default_factory=_grids)
    """Classes that may be verified in a grid of like snips, each with its least confidence."""
    show_candidates: tuple[FieldClass, ...] = ()
    """Classes whose machine candidates a clerk sees as choices; a shown guess biases people."""
    lease_seconds: int = Field(default=300, ge=30)
    """How long an item stays with the person who has it on screen."""
    approve_own: bool = False
    """Whether a supervisor may approve a form of which they keyed a field: four eyes unless so."""

    def share_of(self, field_class: FieldClass) -> float:
        """Return the share of accepted fields of a class that is drawn for the estimate."""
        return float(self.sample.get(field_class, self.sample_share))


class PageLimits(_Section):
    """What one file and one page may cost before they are refused, see docs/limits.md."""

    file_mb: int = Field(default=550, ge=1)
    page_megapixels: int = Field(default=120, ge=1)
    page_side: int = Field(default=20_000, ge=100, le=60_000)
    pages: int = Field(default=5_000, ge=1)
    seconds: float = Field(default=60.0, ge=1.0)
    memory_mb: int = Field(default=2_000, ge=400)


class CurvePoint(_Section):
    """One measured point: what a threshold would accept, and how much of it was wrong."""

    threshold: Probability
    fields: int = Field(ge=0)
    accepted: int = Field(ge=0)
    wrong: int = Field(ge=0)
    wrong_upper_95: Probability = _share(1.0)


class Curve(_Section):
    """The measurement behind one class's threshold."""

    source: str
    points: tuple[CurvePoint, ...] = ()


class Recipe(_Section):
    """Everything a run is told by data."""

    name: str = "default"
    engine: Literal["serial", "processes", "dask"] = "processes"
    jobs: int = Field(default=0, ge=0, le=1024)
    """Workers; 0 = one per core."""
    database: str | None = None
    """Database URL; None = the workspace's own SQLite file."""
    thresholds: Thresholds = Thresholds()
    decoding: Decoding = Decoding()
    control: Control = Control()
    limits: PageLimits = PageLimits()
    keyed_text: tuple[str, ...] = ("alamat",)
    """Free-text fields (names without "art.N.") that a clerk always keys when there is ink."""
    curve: Mapping[FieldClass, Curve] = Field(default_factory=dict)


def recipe_path(name: str) -> Path:
    """Return the file of a recipe: a path as given, or a name in pipelines/."""
    given = Path(name)
    return given if given.suffix in {".yaml", ".yml"} else data_folder("pipelines") / f"{name}.yaml"


def load_recipe(name: str = "default") -> Recipe:
    """Load a recipe by name or path.

    Raises:
        UsageError: no such file, no YAML mapping, or a setting that is unknown or out of range.
    """
    path = recipe_path(name)
    try:
        document = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except OSError as error:
        raise UsageError(f"recipe {name!r} cannot be read", _known_recipes()) from error
    except yaml.YAMLError as error:
        raise UsageError(f"recipe {path.name} is no YAML: {error}", "Correct the file.") from error
    return parse_recipe(document or {}, path.stem)


def parse_recipe(document: object, name: str) -> Recipe:
    """Check plain data and return the recipe.

    Raises:
        UsageError: a setting is unknown (with the nearest known name) or out of range.
    """
    if not isinstance(document, Mapping):
        raise UsageError(f"recipe {name} holds no settings", "Write `key: value` lines.")
    try:
        return Recipe.model_validate({"name": name, **document})
    except ValidationError as error:
        problems = [_problem(dict(item)) for item in error.errors()]
        raise UsageError(
            f"recipe {name}: " + "; ".join(problems), "docs/pipelines.md lists every setting."
        ) from error


def _known_recipes() -> str:
    names = sorted(path.stem for path in data_folder("pipelines").glob("*.yaml"))
    return "Known recipes: " + (", ".join(names) or "none") + "; or give the path of a .yaml file."


def _problem(item: Mapping[str, Any]) -> str:
    place = [str(part) for part in item["loc"]]
    if item["type"] != "extra_forbidden":
        return f"{'.'.join(place)}: {item['msg']}"
    near = difflib.get_close_matches(place[-1], list(_setting_names(Recipe)), n=1)
    hint = f", did you mean {near[0]}?" if near else ""
    return f"{'.'.join(place)}: unknown setting{hint}"


def _setting_names(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield name
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _setting_names(field.annotation)
