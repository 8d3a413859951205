import pytest

from papi.errors import UsageError
from papi.model.recipe import FieldClass, Recipe, load_recipe, parse_recipe


def test_the_shipped_recipe_says_what_the_defaults_say():
    """But for what is measured: a file of one's own that names no threshold gets cautious ones."""
    shipped = load_recipe("default")
    plain = Recipe(name="default")
    measured = {"curve": {}, "thresholds": plain.thresholds}
    assert shipped.model_copy(update=measured) == plain
    assert shipped.thresholds.model_fields_set == set(type(plain.thresholds).model_fields)


def test_every_shipped_threshold_has_a_measured_curve():
    shipped = load_recipe("default")
    for name in FieldClass:
        points = shipped.curve[name].points
        assert any(point.threshold >= 0.95 and point.fields > 0 for point in points)


def test_unknown_settings_are_refused_with_advice():
    with pytest.raises(UsageError, match=r"thresholds\.cded: unknown setting, did you mean coded"):
        parse_recipe({"thresholds": {"cded": 0.9}}, "mine")
    with pytest.raises(UsageError, match="less than or equal to 1"):
        parse_recipe({"thresholds": {"coded": 99}}, "mine")
    with pytest.raises(UsageError, match="no settings"):
        parse_recipe(["engine"], "mine")


def test_missing_and_broken_files(tmp_path):
    with pytest.raises(UsageError) as refused:
        load_recipe("nowhere")
    assert "default" in refused.value.next_step
    broken = tmp_path / "broken.yaml"
    broken.write_text("a: [", "utf-8")
    with pytest.raises(UsageError, match="no YAML"):
        load_recipe(str(broken))


def test_a_recipe_by_path_keeps_the_defaults(tmp_path):
    path = tmp_path / "careful.yaml"
    path.write_text("thresholds: {coded: 0.9999}\nengine: serial\n", "utf-8")
    recipe = load_recipe(str(path))
    assert (recipe.name, recipe.engine) == ("careful", "serial")
    assert recipe.thresholds.needed(FieldClass.CODED, critical=False) == 0.9999
    assert recipe.thresholds.date == Recipe().thresholds.date


def test_critical_fields_have_a_floor():
    thresholds = Recipe().thresholds
    assert thresholds.needed(FieldClass.NAME, critical=True) == thresholds.critical
    assert thresholds.needed(FieldClass.NIK, critical=True) == thresholds.nik
    assert thresholds.needed(FieldClass.SIGNATURE, critical=True) == thresholds.signature


def test_curve_points_are_kept_beside_the_threshold():
    point = {"threshold": 0.99, "fields": 10, "accepted": 9, "wrong": 0, "wrong_upper_95": 0.28}
    recipe = parse_recipe({"curve": {"coded": {"source": "bench", "points": [point]}}}, "m")
    assert recipe.curve[FieldClass.CODED].points[0].accepted == 9
