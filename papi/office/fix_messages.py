"""Why a fix of a page is refused: what to tell people at the command line and at the screen.

Knows refusals and what to do next, in Indonesian and English. Must not know how one is found. No
personal data: what was keyed is never repeated unless it is the id of a form that was printed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from papi.errors import UsageError
from papi.model.page import PageStatus, Reason
from papi.office.messages import explain


class Refusal(StrEnum):
    """Why a fix is refused; nothing was changed then."""

    NO_PAGE = "no_page"
    ONE_THING = "one_thing"
    ID_AND_PAGE = "id_and_page"
    FOUR_CORNERS = "four_corners"
    NO_ID = "no_id"
    NEVER_PRINTED = "never_printed"
    NO_SUCH_PAGE = "no_such_page"
    BARCODE = "barcode"
    WORSE = "worse"
    OTHER_SHEET = "other_sheet"
    NOT_READ = "not_read"
    NOT_OURS = "not_ours"
    NOT_KEPT = "not_kept"
    CHANGED = "changed"
    SETTLED = "settled"
    OTHER_REGION = "other_region"


class _Words(NamedTuple):
    """Message and advice at the command line (English), and both as one text at the screen."""

    message: str
    advice: str
    id: str
    en: str


_TEXTS: dict[Refusal, _Words] = {
    Refusal.NO_PAGE: _Words(
        "There is no page {number}.",
        "`papi fix list` shows what waits.",
        "Halaman {number} tidak ada lagi: mungkin batch-nya ditarik kembali.",
        "There is no page {number} any more: its batch may have been withdrawn.",
    ),
    Refusal.ONE_THING: _Words(
        "Say one thing of the page.",
        "See `papi fix page --help`.",
        "Belum ada yang dinyatakan tentang halaman ini. Ketik nomor formulir, tunjukkan sudut atau "
        "putar halamannya.",
        "Nothing is said of the page yet. Key the form id, show the corners or turn the page.",
    ),
    Refusal.ID_AND_PAGE: _Words(
        "A form id and a page go together.",
        "Both are printed at the foot.",
        "Nomor formulir dan nomor halaman harus diisi bersama. Keduanya tercetak di kaki halaman.",
        "A form id and a page go together. Both are printed at the foot of the page.",
    ),
    Refusal.FOUR_CORNERS: _Words(
        "{count} corners are not four.",
        "Name them clockwise from the top left of the form as one reads it.",
        "Baru {count} sudut yang ditunjukkan; perlu empat, searah jarum jam mulai dari kiri atas.",
        "{count} corners are not four. Set them clockwise from the top left of the form.",
    ),
    Refusal.NO_ID: _Words(
        "That is no form id: its check character does not fit.",
        "Read it again from the foot of the page: eight characters and a check character.",
        "Itu bukan nomor formulir: karakter pemeriksanya tidak cocok. Baca lagi dari kaki halaman: "
        "delapan karakter dan satu karakter pemeriksa.",
        "That is no form id: its check character does not fit. Read it again from the foot of the "
        "page: eight characters and a check character.",
    ),
    Refusal.NEVER_PRINTED: _Words(
        "Form {form} was never printed from this workspace.",
        "Compare the id with the paper; a form of another workspace is marked with --foreign.",
        "Formulir {form} belum pernah dicetak dari ruang kerja ini. Bandingkan nomornya dengan "
        "kertas; formulir dari ruang kerja lain ditandai sebagai halaman asing.",
        "Form {form} was never printed from this workspace. Compare the id with the paper; a form "
        "of another workspace is marked as foreign.",
    ),
    Refusal.NO_SUCH_PAGE: _Words(
        "Form {form} has no page {page}.",
        "Its pages are {pages}.",
        "Formulir {form} tidak mempunyai halaman {page}. Halamannya: {pages}.",
        "Form {form} has no page {page}. Its pages are {pages}.",
    ),
    Refusal.BARCODE: _Words(
        "A barcode of the page says otherwise ({detail}). Nothing was changed.",
        "Compare the id with the paper; --force if the barcode is wrong.",
        "Kode batang halaman ini menyatakan lain ({detail}). Tidak ada yang diubah. Bandingkan "
        "nomor dengan kertas; centang \u201cTetap berlaku\u201d bila kode batangnya yang salah.",
        "A barcode of the page says otherwise ({detail}). Nothing was changed. Compare the id with "
        "the paper; tick \u201cIt counts all the same\u201d if the barcode is wrong.",
    ),
    Refusal.WORSE: _Words(
        "The page was read before and would not be any more: {said} Nothing was changed.",
        "Look at it with --picture.",
        "Halaman ini tadinya terbaca dan akan menjadi tidak terbaca: {said} Tidak ada yang diubah.",
        "The page was read before and would not be any more: {said} Nothing was changed.",
    ),
    Refusal.OTHER_SHEET: _Words(
        "By the scan beside it in the stack this is {named}. Nothing was changed.",
        "Compare the id with the paper; --force if the sheets lie in another order.",
        "Menurut pindaian di sebelahnya dalam tumpukan, ini {named}. Tidak ada yang diubah. "
        "Bandingkan nomor dengan kertas; centang \u201cTetap berlaku\u201d bila urutan lembarnya "
        "memang lain.",
        "By the scan beside it in the stack this is {named}. Nothing was changed. Compare the id "
        "with the paper; tick \u201cIt counts all the same\u201d if the sheets lie in another "
        "order.",
    ),
    Refusal.NOT_READ: _Words(
        "This page was not read, so it cannot count.",
        "Say which form it is, or rescan it.",
        "Pindaian ini tidak terbaca, jadi tidak dapat dipakai. Ketik nomor formulirnya, atau "
        "pindai ulang.",
        "This scan was not read, so it cannot count. Key its form id, or rescan it.",
    ),
    Refusal.NOT_OURS: _Words(
        "{said}",
        "Choose another scan.",
        "{said} Pilih pindaian yang lain.",
        "{said} Choose another scan.",
    ),
    Refusal.NOT_KEPT: _Words(
        "{file} was too large to be kept and cannot be read again.",
        "Rescan it at 200-300 dpi.",
        "Berkas aslinya terlalu besar untuk disimpan dan tidak dapat dibaca lagi. Pindai ulang "
        "pada 200-300 dpi.",
        "Its file was too large to be kept and cannot be read again. Rescan it at 200-300 dpi.",
    ),
    Refusal.CHANGED: _Words(
        "The page was changed by somebody else meanwhile. Nothing was changed.",
        "Look at it again.",
        "Sementara itu halaman ini sudah diubah orang lain atau dibaca ulang. Yang Anda kirim "
        "tidak dipakai; ini keadaannya sekarang.",
        "Meanwhile somebody else changed this page, or it was read again. What you sent was not "
        "used; this is how it is now.",
    ),
    Refusal.SETTLED: _Words(
        "The page was settled by somebody else meanwhile. Nothing was changed.",
        "`papi fix list` shows what waits.",
        "Sementara itu halaman ini sudah dibereskan orang lain. Yang Anda kirim tidak dipakai.",
        "Meanwhile somebody else settled this page. What you sent was not used.",
    ),
    Refusal.OTHER_REGION: _Words(
        "That form is of another region.",
        "Leave it to somebody who may see that region.",
        "Formulir itu dari wilayah lain. Tidak ada yang diubah. Serahkan halaman ini kepada "
        "pengawas.",
        "That form is of another region. Nothing was changed. Hand the page to the supervisor.",
    ),
}


class FixRefused(UsageError):
    """A fix is refused; says so in English at the command line, in two languages at the screen.

    Args:
        refusal: why.
        reason: what the page would be (or is) refused for, where that is the why.
        named: (form id as people read it, page) that the page may be.
        facts: what the texts name.
    """

    def __init__(
        self,
        refusal: Refusal,
        reason: Reason | PageStatus | None = None,
        named: tuple[tuple[str, int], ...] = (),
        **facts: object,
    ) -> None:
        self.refusal, self._reason, self._named, self._facts = refusal, reason, named, facts
        words, own = _TEXTS[refusal], self._told("en")
        super().__init__(words.message.format(**own), words.advice.format(**own))

    def told(self, language: str) -> str:
        """Return what happened and what to do at the screen, in "id" or "en"."""
        words = _TEXTS[self.refusal]
        return (words.en if language == "en" else words.id).format(**self._told(language))

    def _told(self, language: str) -> dict[str, object]:
        joint, page = (" or ", "page") if language == "en" else (" atau ", "halaman")
        reason = self._reason
        return {
            **self._facts,
            "said": explain(reason, language) if isinstance(reason, Reason) else reason or "",
            "named": joint.join(f"{form} {page} {number}" for form, number in self._named),
        }
