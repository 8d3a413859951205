import pytest
from deciding import cek_field, cells_field, layout_of, tick_field

from papi.checking.plan import Role, plan_of
from papi.checking.truth import (
    BLANK_CHANGE,
    CONFLICT,
    FORGOT_TICK,
    MULTI,
    NO_CHANGE,
    NOT_VERIFIED,
    REQUIRED_BLANK,
    demand,
    merge,
    queue_code,
    same_value,
)
from papi.model.layout import FieldKind
from papi.model.prelist import PrelistRow
from papi.model.reading import RecordValue, Source

YES_NO = ("1", "2")
LAYOUT = layout_of(
    cek_field("rt"),
    cells_field("rt", FieldKind.DIGITS, 3, prelist="rt", required=True),
    cek_field("nama_sls"),
    tick_field("ada_ac", YES_NO, code_list="ya_tidak", prelist="ada_ac", required=True),
    cek_field("art.1.nama"),
    cells_field("art.1.nama", FieldKind.CAPITALS, 24, prelist="nama", critical=True),
    cek_field("art.1.nik", "123"),
    cells_field("art.1.nik", FieldKind.DIGITS, 16, prelist="nik", critical=True, required=True),
    tick_field("art.1.jnskel", YES_NO, prelist="jnskel", code_list="jenis_kelamin"),
    tick_field("art.1.art_cek", YES_NO),
    cells_field("art.1.sta_kawin", FieldKind.DIGITS, 1, prelist="sta_kawin", codes=tuple("1234")),
    cells_field(
        "art.1.jenis_cacat", FieldKind.DIGITS, 2, prelist="jenis_cacat", codes=("00", "05")
    ),
)
PLAN = plan_of(LAYOUT).fields
NIK = "3201011205900001"
ROW = PrelistRow(
    form="verivali-rt",
    prelist_id="X1",
    region="3201012001",
    values={"rt": "014", "nama_sls": "DUSUN 1", "ada_ac": "2"},
    members=({"nama": "SITI", "nik": NIK, "jnskel": "2", "sta_kawin": "2", "jenis_cacat": "0"},),
)
EMPTY_ROW = PrelistRow("verivali-rt", "X1", "3201012001", {}, ({"nama": "SITI"},))


def run(row=ROW, clerk=frozenset(), asked=True, **texts):
    written = dict.fromkeys(PLAN, "") | {k.replace("__", "."): v for k, v in texts.items()}
    truth = merge(PLAN, written, row, clerk)
    before = {name: list(why) for name, why in truth.reasons.items()}
    demand(truth, PLAN, written, lambda item: asked)
    return truth, before


def verified(value, origin=Source.PRELIST):
    return RecordValue(value, origin)


# The table of the forms, row by row: tick, boxes -> value, field with the reason, reason.
TABLE = [
    ("1", "", verified("014"), None, None),
    ("2", "015", verified("015", Source.MACHINE), None, None),
    ("1", "014", verified("014"), None, None),
    ("1", "14", verified("014"), None, None),
    ("1", "015", verified("014"), "rt_cek", CONFLICT),
    ("2", "", RecordValue("014", Source.PRELIST, "unverified"), "rt", BLANK_CHANGE),
    ("", "015", verified("015", Source.MACHINE), None, None),
    ("1 2", "", RecordValue("014", Source.PRELIST, "unverified"), "rt_cek", MULTI),
    ("1 2", "015", RecordValue("014", Source.PRELIST, "unverified"), "rt_cek", MULTI),
    ("2", "014", verified("014"), "rt", NO_CHANGE),
]


@pytest.mark.parametrize(("tick", "text", "value", "field", "reason"), TABLE)
def test_table(tick, text, value, field, reason):
    truth, reasons = run(rt_cek=tick, rt=text)
    assert truth.values["rt"] == value
    assert reasons == ({field: [reason]} if field else {})


def test_nothing_ticked_nothing_written():
    truth, _ = run()
    assert truth.values["rt"] == RecordValue("014", Source.PRELIST, "unverified")
    assert truth.reasons["rt_cek"] == [NOT_VERIFIED]
    assert not run(asked=False)[0].reasons


def test_forgotten_tick_of_a_critical_field():
    truth, reasons = run(art__1__nama="SITA")
    assert reasons == {"art.1.nama": [FORGOT_TICK]}
    assert truth.values["art.1.nama"].value == "SITA"


def test_conflict_of_a_critical_field_questions_value_and_tick():
    _, reasons = run(art__1__nama="SITA", art__1__nama_cek="1")
    assert reasons == {"art.1.nama": [CONFLICT], "art.1.nama_cek": [CONFLICT]}


def test_document_not_shown_keeps_the_printed_nik():
    truth, _ = run(art__1__nik_cek="3")
    assert truth.values["art.1.nik"] == RecordValue(NIK, Source.PRELIST, "unverified")
    assert "art.1.nik_cek" not in truth.reasons


def test_group_check_all_right():
    truth, reasons = run(art__1__art_cek="1")
    assert truth.values["art.1.sta_kawin"] == verified("2")
    assert truth.values["art.1.jenis_cacat"] == verified("00")
    assert not reasons
    _, reasons = run(art__1__art_cek="1", art__1__sta_kawin="3")
    assert reasons == {"art.1.art_cek": [CONFLICT]}


def test_group_check_some_changed():
    truth, reasons = run(art__1__art_cek="2", art__1__sta_kawin="3")
    assert truth.values["art.1.sta_kawin"] == verified("3", Source.MACHINE)
    assert truth.values["art.1.jenis_cacat"] == verified("00")
    assert not reasons


def test_group_check_forgotten():
    truth, _ = run(art__1__sta_kawin="3")
    assert truth.values["art.1.sta_kawin"] == verified("3", Source.MACHINE)
    assert truth.values["art.1.jenis_cacat"].status == "unverified"


def test_ticks_that_give_the_value():
    truth, _ = run(art__1__jnskel="1")
    assert truth.values["art.1.jnskel"] == verified("1", Source.MACHINE)
    assert run()[0].values["art.1.jnskel"] == RecordValue("2", Source.PRELIST, "unverified")


def test_binary_items_are_answered_afresh():
    assert PLAN["ada_ac"].role is Role.FRESH
    truth, _ = run(ada_ac="1")
    assert truth.values["ada_ac"] == verified("1", Source.MACHINE)
    truth, _ = run()
    assert truth.values["ada_ac"].status == "blank"
    assert truth.reasons["ada_ac"] == [REQUIRED_BLANK]


def test_missing_printed_value_takes_only_ink():
    truth, _ = run(EMPTY_ROW, rt="7")
    assert truth.values["rt"] == verified("7", Source.MACHINE)
    truth, _ = run(EMPTY_ROW)
    assert truth.reasons["rt"] == [REQUIRED_BLANK]
    truth, _ = run(EMPTY_ROW, rt_cek="2")
    assert truth.reasons["rt"] == [BLANK_CHANGE]


def test_blank_form_is_all_ink():
    truth, reasons = run(None, rt="7", art__1__nama="SITI", art__1__sta_kawin="1")
    assert truth.values["art.1.nama"] == verified("SITI", Source.MACHINE)
    assert truth.values["art.1.sta_kawin"] == verified("1", Source.MACHINE)
    assert not reasons


def test_printed_values_without_boxes():
    assert run(nama_sls_cek="1")[0].printed["nama_sls"] == verified("DUSUN 1")
    assert run()[0].printed["nama_sls"].status == "unverified"


def test_a_clerk_is_named_as_origin():
    truth, _ = run(clerk={"rt"}, rt_cek="2", rt="015")
    assert truth.values["rt"].origin is Source.CLERK


def test_blank_is_no_code():
    truth, _ = run(EMPTY_ROW)
    assert truth.values["art.1.jenis_cacat"] == RecordValue("", Source.MACHINE, "blank")


def test_same_value_forgives_zeros_in_codes_only():
    assert same_value(PLAN["art.1.jenis_cacat"].field, "5", "05")
    assert not same_value(PLAN["art.1.nik"].field, "0" + NIK[1:], NIK[1:])


def test_every_queue_code_is_one_of_the_codebook():
    codes = {"BARCODE", "REG", "LOWCONF", "MULTI", "BLANK", "RULE", "CONFLICT", "TEXT", "QC", "DUP"}
    reasons = [CONFLICT, BLANK_CHANGE, MULTI, NOT_VERIFIED, FORGOT_TICK, "rule:A12", "reading:gap"]
    assert {queue_code(reason) for reason in reasons} <= codes
    assert queue_code("rule:A12") == "RULE"
    assert queue_code("reading:low_confidence") == "LOWCONF"
