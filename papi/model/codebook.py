"""Code lists: which codes a field may hold, what they mean, which items a list of items has.

Knows ids, codes and labels in Indonesian and English. Must not know forms, paper or people.
"""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from papi.errors import TemplateInvalid
from papi.resources import data_folder

Language = Literal["id", "en"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Code(_Frozen):
    """One code of a list. The optional facts are those the rules need (age and sex of PPKS)."""

    code: str
    label_id: str = Field(alias="id")
    label_en: str = Field(alias="en")
    norm: str | None = None
    abbr: str | None = None
    age_min: int | None = None
    age_max: int | None = None
    sex: str | None = None
    sensitive: bool = False
    nik_may_be_missing: bool = False

    def label(self, language: Language = "id") -> str:
        """Return what the code means."""
        return self.label_id if language == "id" else self.label_en


class CodeList(_Frozen):
    """A list of codes; `width` boxes on paper. bitmask: the value is a sum of codes."""

    title_id: str
    title_en: str
    kind: Literal["single", "bitmask", "multi"] = "single"
    width: int = Field(ge=1, le=4)
    codes: tuple[Code, ...]

    def values(self) -> tuple[str, ...]:
        """Return every value a field of this list may hold on paper, zero-padded to its width."""
        if self.kind != "bitmask":
            return tuple(code.code for code in self.codes)
        total = sum(int(code.code) for code in self.codes)
        return tuple(str(number).zfill(self.width) for number in range(total + 1))


class ListedItem(_Frozen):
    """One question of a list of like questions: an asset, an animal, a programme."""

    number: str
    field: str
    label_id: str = Field(alias="id")
    label_en: str = Field(alias="en")
    codes: str | None = None
    width: int | None = None


class Codebook(_Frozen):
    """All code lists of one version. Layouts are bound to `reference`."""

    id: str
    version: str
    code_lists: dict[str, CodeList]
    item_lists: dict[str, tuple[ListedItem, ...]]

    @property
    def reference(self) -> str:
        """Return id and version as layouts name them, e.g. "papi-siks 0.1.0"."""
        return f"{self.id} {self.version}"

    @cached_property
    def _labels(self) -> dict[tuple[str, Language], dict[str, str]]:
        return {
            (name, language): {code.code: code.label(language) for code in code_list.codes}
            for name, code_list in self.code_lists.items()
            for language in ("id", "en")
        }

    def labels(self, name: str, language: Language = "id") -> dict[str, str]:
        """Return code -> label of a list.

        Raises:
            KeyError: there is no such list.
        """
        return self._labels[name, language]

    def label(self, name: str, code: str, language: Language = "id") -> str:
        """Return the label of one code, "" if the list has no such code."""
        return self.labels(name, language).get(code, "")

    @staticmethod
    def read(path: Path) -> Codebook:
        """Read a codebook file.

        Raises:
            TemplateInvalid: the file is missing, no YAML, or breaks the schema.
        """
        try:
            document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
            return Codebook.model_validate(document)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise TemplateInvalid(f"{path.name}: {where}: {first['msg']}") from error
        except (OSError, yaml.YAMLError) as error:
            raise TemplateInvalid(f"{path.name}: {error}") from error

    @staticmethod
    def load() -> Codebook:
        """Return the codebook that ships with PAPI (read once a process)."""
        return _shipped(data_folder("templates") / "codebook.yaml")


@cache
def _shipped(path: Path) -> Codebook:
    return Codebook.read(path)
