"""Invented Indonesian names, composed from a small list of our own.

Knows common given names, family-like second names and how clerks misspell them.
Must not know real people: no list here comes from a register.
"""

from __future__ import annotations

from random import Random

MALE = "1"
FEMALE = "2"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_MALE = _words(
    "AGUS BUDI DEDI EKO HENDRA IWAN JOKO RUDI SLAMET SUGENG TONO WAHYU YANTO ANDI BAYU DIMAS "
    "FAJAR GALIH HADI ILHAM JAYA KURNIA LUKMAN MULYADI NANANG OKTAVIAN PURNOMO RAHMAT SAMSUL "
    "TAUFIK UJANG YUSUF ZAENAL ABDUL ACHMAD BAMBANG CECEP DADANG EDI FIRMAN GUNAWAN HASAN "
    "IMAM JAJANG KOMARUDIN"
)
_FEMALE = _words(
    "SITI SRI DEWI RINA WATI ANI BUNGA CITRA DIAN ENDANG FITRI HENI INDAH JULIA KARTIKA "
    "LASTRI MAYA NINGSIH NUR PUTRI RATNA SARI TUTI UMI WULAN YANI YULIA ZUBAIDAH AISYAH EUIS "
    "FATIMAH IIS KOKOM LILIS MARYAM NENENG ROHANI SUMIATI TITIN WIWIN YATI AMINAH ROKAYAH "
    "SUKARSIH"
)
_SECOND = _words(
    "SANTOSO SAPUTRA WIBOWO HIDAYAT SETIAWAN KUSUMA PRATAMA NUGROHO SUTRISNO WIJAYA RAMADHAN "
    "MAULANA SIREGAR NASUTION SIMANJUNTAK HASIBUAN SURYANA SOPANDI MULYANA PERMANA SUHERMAN "
    "RAHAYU LESTARI HANDAYANI SUSANTI MARLINA ANGGRAENI UTAMI WIDODO HARYANTO KUSNADI "
    "SUPRIADI ROSADI FAUZI HAKIM"
)
_ROADS = _words("MELATI MAWAR KENANGA MANGGIS RAMBUTAN DELIMA CEMPAKA FLAMBOYAN PAHLAWAN MASJID")
_HAMLETS = _words("KRAJAN SUKAMAJU CIBURIAL PASIR TENGAH BABAKAN KARANGSARI MEKARSARI CIKADU")
_PLACES = _words("BOGOR BANDUNG GARUT CIREBON TEGAL MEDAN PADANG SERANG SUKABUMI CIANJUR JAKARTA")


def given_name(rng: Random, sex: str) -> str:
    """Return one given name in capitals. `sex`: "1" male, "2" female."""
    return rng.choice(_MALE if sex == MALE else _FEMALE)


def full_name(rng: Random, sex: str, longest: int = 24) -> str:
    """Compose a name of one to three words, at most `longest` letters and spaces."""
    words = [given_name(rng, sex)]
    if rng.random() < 0.25:
        words.append(given_name(rng, sex))
    if rng.random() < 0.75:
        words.append(rng.choice(_SECOND))
    if rng.random() < 0.04 and sex == MALE:
        words[0] = "M."
        words.insert(1, given_name(rng, sex))
    unique = list(dict.fromkeys(words))
    while len(" ".join(unique)) > longest:
        unique.pop()
    return " ".join(unique)


def misspell(rng: Random, name: str) -> str:
    """Return `name` as a hurried typist keyed it: one letter or word differs, never equal."""
    words = name.split()
    if len(words) > 1 and 2 * len(words[-1]) < len(name) and rng.random() < 0.25:
        return " ".join(words[:-1])
    letters = [i for i, c in enumerate(name) if c.isalpha() and i > 0]
    place = rng.choice(letters)
    wrong = {"I": "Y", "Y": "I", "U": "OE", "D": "T", "F": "P", "S": "Z", "A": "E", "N": "M"}
    changed = name[:place] + wrong.get(name[place], name[place] * 2) + name[place + 1 :]
    return changed[:26]


def address(rng: Random) -> str:
    """Return an invented street or hamlet address."""
    if rng.random() < 0.5:
        return f"KP. {rng.choice(_HAMLETS)} NO. {rng.randint(1, 98)}"
    return f"JL. {rng.choice(_ROADS)} NO. {rng.randint(1, 140)}"


def hamlet(rng: Random) -> str:
    """Return an invented name of a local unit (SLS, dusun)."""
    return f"DUSUN {rng.choice(_HAMLETS)}"


def birthplace(rng: Random) -> str:
    """Return the name of a town to be born in."""
    return rng.choice(_PLACES)
