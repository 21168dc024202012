"""The faces of the PDF: full, and subset to the common Chinese characters and Latin, which sets a page much faster."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from tools.files import copy_whole
from tools.paths import FONTS, NODE_MODULES

FAMILY_NAME, STYLE_NAME, FULL_NAME, POSTSCRIPT_NAME, GROUP_NAME, GROUP_STYLE = 1, 2, 4, 6, 16, 17
STYLES_OF_A_PLAIN_FAMILY = {"Regular", "Bold"}

# Beyond GB 2312: Latin with its accents, Vietnamese among it, punctuation, currency, arrows, fractions, mathematics,
# shapes, ticks, CJK punctuation and full-width forms.
OTHER_RANGES = (
    (0x0020, 0x007E),
    (0x00A0, 0x024F),
    (0x1E00, 0x1EFF),
    (0x2000, 0x206F),
    (0x2070, 0x218F),
    (0x2190, 0x22FF),
    (0x2460, 0x24FF),
    (0x25A0, 0x27BF),
    (0x3000, 0x303F),
    (0x3200, 0x33FF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
)


@dataclass(frozen=True)
class Face:
    """One weight of a family, as the package has it and as the house calls it."""

    package: str
    source: str
    family: str
    style: str

    @property
    def file_stem(self) -> str:
        """The name of the file without its end: NotoSansSC-Bold."""
        return f"{self.family.replace(' ', '')}-{self.style}"


FACES = (
    Face("noto-sans-sc", "400Regular/NotoSansSC_400Regular.ttf", "Noto Sans SC", "Regular"),
    Face("noto-sans-sc", "700Bold/NotoSansSC_700Bold.ttf", "Noto Sans SC", "Bold"),
    Face("noto-serif-sc", "600SemiBold/NotoSerifSC_600SemiBold.ttf", "Noto Serif SC", "SemiBold"),
)


def common_characters() -> set[int]:
    """Code points of GB 2312 (6,763 Chinese characters and its signs) and of the ranges above."""
    rows = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    chinese = {ord(character) for pair in rows for character in pair.decode("gb2312", errors="ignore")}
    return chinese | {code for first, last in OTHER_RANGES for code in range(first, last + 1)}


def build() -> None:
    """Write each face, full and subset, and the licence of the families beside them."""
    with ProcessPoolExecutor(max_workers=2) as workers:
        list(workers.map(build_face, FACES))
    for package in sorted({face.package for face in FACES}):
        copy_whole(_package(package) / "LICENSE_FONT", FONTS / f"OFL-{package}.txt")


def build_face(face: Face) -> None:
    """Copy the full face and write the subset one."""
    source = _package(face.package) / face.source
    copy_whole(source, FONTS / f"{face.file_stem}-Full.ttf")
    small = FONTS / f"{face.file_stem}.ttf"
    beside = small.with_name(small.name + ".new")
    subset(source, face).save(beside)
    beside.replace(small)


def subset(source: Path, face: Face) -> TTFont:
    """The face with the common characters only; all its layout features are kept."""
    options = Options(layout_features=["*"], name_IDs=["*"], notdef_outline=True, hinting=False)
    options.recalc_timestamp = False
    font = TTFont(source, lazy=True, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=common_characters())
    subsetter.subset(font)
    name_face(font, face)
    return font


def name_face(font: TTFont, face: Face) -> None:
    """Give the face its family's plain name, whatever the package calls this weight."""
    names = font["name"]
    texts = {
        FAMILY_NAME: face.family if face.style in STYLES_OF_A_PLAIN_FAMILY else f"{face.family} {face.style}",
        STYLE_NAME: face.style if face.style in STYLES_OF_A_PLAIN_FAMILY else "Regular",
        FULL_NAME: f"{face.family} {face.style}",
        POSTSCRIPT_NAME: face.file_stem,
        GROUP_NAME: face.family,
        GROUP_STYLE: face.style,
    }
    for name_id, text in texts.items():
        names.removeNames(nameID=name_id)
        names.setName(text, name_id, 3, 1, 0x409)


def _package(name: str) -> Path:
    return NODE_MODULES / "@expo-google-fonts" / name


if __name__ == "__main__":
    build()
