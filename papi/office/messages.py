"""What to tell people about a page that is not simply read: in Indonesian and English.

Knows reasons and what to do next. Must not know how a reason was found. No personal data.
"""

from __future__ import annotations

from papi.model.page import PageStatus, Reason

_TEXTS: dict[Reason, tuple[str, str]] = {
    Reason.NOT_AN_IMAGE: (
        "Berkas ini bukan PDF, TIFF, JPEG atau PNG. Singkirkan, dan periksa apakah berkas yang "
        "dipilih benar.",
        "This file is no PDF, TIFF, JPEG or PNG. Remove it, and check that the right file was "
        "chosen.",
    ),
    Reason.TRUNCATED: (
        "Berkas terpotong atau rusak. Salin ulang dari pemindai, atau pindai ulang halamannya.",
        "The file is cut off or damaged. Copy it from the scanner again, or rescan the page.",
    ),
    Reason.ENCRYPTED: (
        "PDF terkunci kata sandi. Simpan tanpa kata sandi lalu masukkan lagi.",
        "The PDF is locked with a password. Save it without one and ingest it again.",
    ),
    Reason.NO_PAGES: (
        "Berkas tidak berisi halaman. Pindai ulang.",
        "The file holds no page. Scan again.",
    ),
    Reason.TOO_LARGE: (
        "Berkas atau gambar melebihi batas ukuran. Pindai ulang pada 200-300 dpi.",
        "The file or image is larger than the limits allow. Rescan at 200-300 dpi.",
    ),
    Reason.UNREADABLE_PATH: (
        "Berkas atau folder tidak dapat dibuka. Periksa hak aksesnya.",
        "The file or folder cannot be opened. Check its rights.",
    ),
    Reason.DECODE_FAILED: (
        "Halaman tidak dapat dibuka. Pindai ulang halaman ini.",
        "The page cannot be decoded. Rescan it.",
    ),
    Reason.BLANK_PAGE: ("Halaman kosong.", "Blank page."),
    Reason.BATCH_HEADER: ("Lembar sampul desa/kelurahan.", "Village cover sheet."),
    Reason.NO_FORM: (
        "Bukan formulir PAPI. Keluarkan dari tumpukan dan tandai sebagai halaman asing; bila ini "
        "formulir yang sobek, ketik nomornya.",
        "Not a PAPI form. Take it out of the stack and mark it as foreign; if it is a torn form of "
        "ours, key its number.",
    ),
    Reason.NO_FIDUCIALS: (
        "Tanda sudut tidak cukup ditemukan. Pindai ulang dengan keempat sudut terlihat.",
        "Too few corner marks were found. Rescan with all four corners visible.",
    ),
    Reason.NO_BARCODE: (
        "Kedua kode batang tidak terbaca. Pindai ulang, atau ketik nomor formulirnya.",
        "Neither barcode can be read. Rescan, or key the form's number.",
    ),
    Reason.BARCODES_DISAGREE: (
        "Kode batang atas dan bawah berbeda: mungkin dua lembar terpindai bersama. Pindai ulang.",
        "The upper and lower barcodes differ: two sheets may have been scanned as one. Rescan.",
    ),
    Reason.UNKNOWN_LAYOUT: (
        "Versi formulir ini tidak dikenal di ruang kerja ini. Periksa apakah formulir dicetak dari "
        "ruang kerja lain.",
        "This form version is unknown in this workspace. Was it printed from another workspace?",
    ),
    Reason.UNKNOWN_PAGE: (
        "Nomor halaman tidak ada pada formulir ini.",
        "The form has no such page.",
    ),
    Reason.NEVER_PRINTED: (
        "Nomor formulir ini belum pernah dicetak dari ruang kerja ini.",
        "This form number was never printed from this workspace.",
    ),
    Reason.POOR_FIT: (
        "Kotak isian tidak dapat ditempatkan dengan tepat. Ratakan kertas lalu pindai ulang, atau "
        "tunjukkan sudut-sudutnya.",
        "The boxes cannot be placed exactly. Flatten the paper and rescan, or say where its "
        "corners are.",
    ),
    Reason.TOO_PALE: (
        "Hasil pindai terlalu pucat: goresan tipis dan pensil hilang. Pindai ulang dengan skala "
        "abu-abu, atau hitam-putih yang lebih gelap.",
        "The scan is too pale: thin strokes and pencil are lost. Rescan in grey, or in a darker "
        "black and white.",
    ),
    Reason.SAME_CONTENT: (
        "Gambar yang sama sudah pernah masuk; tidak dihitung dua kali.",
        "The same image is here already; it is not counted twice.",
    ),
    Reason.SAME_PAGE: (
        "Ada dua pindaian berbeda dari halaman ini. Pengawas memilih salah satu.",
        "There are two different scans of this page. The supervisor chooses.",
    ),
    Reason.RESCANNED: ("Digantikan pindaian ulang.", "Superseded by a rescan."),
    Reason.WORKER_DIED: (
        "Halaman ini menghentikan program pembaca dan dikarantina; halaman lain tidak terganggu. "
        "Baca sekali lagi; bila tetap demikian, pindai ulang.",
        "This page stopped the reader and is quarantined; no other page is harmed. Read it again; "
        "if that fails, rescan it.",
    ),
    Reason.TOO_SLOW: (
        "Halaman ini terlalu lama dibaca. Baca sekali lagi; bila tetap demikian, pindai ulang.",
        "This page took too long to read. Read it again; if that fails, rescan it.",
    ),
    Reason.SET_ASIDE: (
        "Seseorang menandai halaman ini sebagai kosong atau asing.",
        "A person marked this page as blank or foreign.",
    ),
}

HARMLESS = frozenset(
    {
        PageStatus.READ,
        PageStatus.BLANK,
        PageStatus.HEADER,
        PageStatus.DUPLICATE,
        PageStatus.SUPERSEDED,
    }
)
"""States that need nobody's attention."""


def explain(reason: Reason, language: str = "id") -> str:
    """Return what a reason means and what to do, in "id" or "en"."""
    return _TEXTS[reason][1 if language == "en" else 0]
