"""A tiny household form and made-up rows for the tests of printing."""

from __future__ import annotations

from papi.geometry import Box
from papi.model.drawing import Drawing, Hatch, Item, Label, Line, PageDrawing, Rect, Slot
from papi.model.issue import PrintJob, Village
from papi.model.layout import Choice, FieldKind, Layout, LayoutField, LayoutPage
from papi.model.prelist import IssuedForm, PrelistRow
from papi.model.sheet import CROCKFORD, check_character

VERSION = "T1NYAB"
VILLAGE = Village(
    region="3201012001",
    name="Sukamaju Kaler",
    subdistrict="Kec. Nanggung",
    district="Kabupaten Bogor",
    province="Jawa Barat",
    campaign="Verifikasi dan validasi 2026, tahap 2",
    printed_on="24 November 2026",
)
BASE_PAGES = 4
LAST_PAGE = 9


def form_id(number: int) -> str:
    """Return the first valid form id at or after `number`."""
    while True:
        body = "".join(CROCKFORD[(number >> shift) & 31] for shift in range(35, -1, -5))
        check = check_character(body)
        if check in CROCKFORD:
            return body + check
        number += 1


def _strip(page: int, number: int, top: float) -> tuple[list[LayoutField], list[Slot]]:
    name = f"art.{number}.nik"
    field = LayoutField(
        name=name,
        page=page,
        kind=FieldKind.DIGITS,
        cells=tuple(Box(60 + i * 5.4, top, 4.6, 6) for i in range(16)),
    )
    tick = LayoutField(
        name=f"{name}_cek",
        page=page,
        kind=FieldKind.CHOICE,
        choices=tuple(
            Choice(code=c, box=Box(160 + i * 7, top + 1, 4, 4)) for i, c in enumerate("12")
        ),
    )
    slots = [
        Slot(
            name=name, box=Box(20, top, 36, 6), mask="nik", missing="", hatch=(tick.choices[0].box,)
        ),
        Slot(name=f"art.{number}.nama", box=Box(20, top - 7, 40, 5), missing=""),
        Slot(
            name=f"art.{number}.pekerjaan",
            box=Box(64, top - 9, 40, 8),
            lines=2,
            missing="-",
            code_list="lapangan_usaha",
        ),
    ]
    return [field, tick], slots


def _page(page: int, members: range) -> tuple[list[LayoutField], PageDrawing]:
    fields: list[LayoutField] = []
    slots = [Slot(name="@page_of", box=Box(170, 34, 25, 5), align="right", missing="")]
    for place, number in enumerate(members):
        more, strip_slots = _strip(page, number, 60 + place * 60)
        fields += more
        slots += strip_slots
    if page == 1:
        address = LayoutField(name="alamat", page=1, kind=FieldKind.TEXT, box=Box(60, 90, 120, 7))
        fields.append(address)
        slots += [
            Slot(name="alamat", box=Box(20, 80, 60, 9), lines=2),
            Slot(name="nama_krt", box=Box(20, 70, 60, 6)),
            Slot(name="@copy", box=Box(160, 40, 30, 5), missing=""),
        ]
    boxes = [
        b
        for f in fields
        for b in (*f.cells, *(c.box for c in f.choices), *([f.box] if f.box else []))
    ]
    items: list[Item] = [Rect(box=box, line=0.2, line_gray=0.65) for box in boxes]
    items += [
        Label(
            x=105, y=45, text=f"Formulir uji, halaman {page}", size=14, face="bold", align="center"
        ),
        Line(x1=20, y1=47, x2=190, y2=47, width=0.3),
        Hatch(box=Box(185, 250, 8, 8)),
        Rect(box=Box(20, 250, 30, 8), line=None, fill_gray=0.9),
    ]
    return fields, PageDrawing(page=page, items=tuple(items), slots=tuple(slots))


def tiny_form() -> tuple[Layout, Drawing]:
    """Return a form of four base pages (5 strips) and five continuation pages (3 strips each)."""
    strips = {3: range(1, 4), 4: range(4, 6)}
    strips |= {5 + i: range(6 + 3 * i, 9 + 3 * i) for i in range(5)}
    fields: list[LayoutField] = []
    drawings = []
    for page in range(1, LAST_PAGE + 1):
        more, drawing = _page(page, strips.get(page, range(0)))
        fields += more
        drawings.append(drawing)
    pages = tuple(
        LayoutPage(
            page=n, width_mm=210, height_mm=297, role="base" if n <= BASE_PAGES else "continuation"
        )
        for n in range(1, LAST_PAGE + 1)
    )
    layout = Layout(
        form="tiny-rt", version=VERSION, codebook="test", pages=pages, fields=tuple(fields)
    )
    return layout, Drawing(form="tiny-rt", version=VERSION, pages=tuple(drawings))


def household(number: int, members: int, **values: str) -> PrelistRow:
    """Return a made-up household with `members` members."""
    row = {
        "rw": f"{number % 3 + 1:03d}",
        "rt": f"{number % 5 + 1:03d}",
        "nourut_rt": str(number),
        "nama_krt": "SITI AMINAH BINTI SULAEMAN",
        "alamat": f"Kp. Cikaret 0{number % 5}",
    }
    people = tuple(
        {"nama": f"ANGGOTA KE {i}", "nik": f"320101010190{i:04d}", "pekerjaan": "01"}
        for i in range(1, members + 1)
    )
    return PrelistRow("tiny-rt", f"IDBDT{number:06d}", VILLAGE.region, row | values, people)


def job(number: int, pages: tuple[int, ...], row: PrelistRow | None, copy: int = 1) -> PrintJob:
    """Return a print job of the tiny form."""
    issued = IssuedForm(
        form_id=form_id(number * 7919 + 123456789),
        form="tiny-rt",
        version=VERSION,
        region=VILLAGE.region,
        prelist_id=row.prelist_id if row else None,
        pages=pages,
        copy=copy,
    )
    return PrintJob(issued, row)
