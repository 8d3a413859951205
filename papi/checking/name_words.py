"""Words that are frequent in Indonesian names everywhere, for rounds whose list is short.

Common knowledge of the language, no register: given names, titles and abbreviations with a rough
spelling or two. Must not know anybody. The words of a round's own list soon outweigh these.
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TITLES = _words("M. MUH. MOH. MOCH. ABD. ST. H. HJ. DRS. DRA. IR. R. RR. I NI")
"""Written before a name, or short for its first word."""

FREQUENT = _words(
    "MUHAMMAD MUHAMAD MOHAMMAD MOHAMAD MUCHAMAD AHMAD ACHMAD ABDUL ABDULLAH NUR SITI SRI "
    "DEWI SARI WATI YATI RINI RINA RATNA LESTARI RAHAYU NINGSIH HANDAYANI SUSANTI WAHYUNI "
    "AMINAH FATIMAH AISYAH KHADIJAH MARYAM NURHAYATI ROHANI SUMIATI SUPARMI SULASTRI "
    "PUTRI PUTRA PUTU MADE NYOMAN KETUT WAYAN AGUS BUDI EKO DWI TRI BAMBANG JOKO SUGENG "
    "SLAMET SUPARMAN SUTRISNO SUPRIYADI SURYADI MULYADI MULYONO HARYANTO HARTONO WIDODO "
    "SANTOSO SAPUTRA SETIAWAN KURNIAWAN GUNAWAN HIDAYAT RAHMAN RAHMAT HASAN HUSEIN USMAN "
    "UMAR ALI IBRAHIM ISMAIL YUSUF IDRIS IMAM FAUZI HAKIM MAULANA RAMADHAN PRATAMA NUGROHO "
    "WIBOWO WIJAYA KUSUMA SURYA INDAH ENDANG ANI ANDI DEDI EDI HENDRA HERI IWAN RUDI YANTO "
    "BIN BINTI"
)
