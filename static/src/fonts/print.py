"""Fira Sans and FiraGO as TrueType files, for the PDFs that typst sets (network/exports/fonts).

typst takes one file for each style of a family, while the web's files are cut by script. So each cut becomes a
family of its own, and the template names them one after the other. `signs.txt` says which signs they have.
Run once, after `npm ci`, with fonttools and brotli installed: python static/src/fonts/print.py
"""

from itertools import groupby
from pathlib import Path

from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
WEB = HERE.parent / "node_modules" / "@fontsource" / "fira-sans"
PRINT = HERE.parents[2] / "network" / "exports" / "fonts"
CUTS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese")
FACES = [
    *(
        (WEB / "files" / f"fira-sans-{cut}-{weight}-{style}.woff2", f"Fira Sans {cut}", weight, style)
        for cut in CUTS
        for weight in (400, 600)
        for style in ("normal", "italic")
    ),
    *((HERE / f"firago-arabic-{weight}-normal.woff2", "FiraGO arabic", weight, "normal") for weight in (400, 600)),
]
NAMES = {1: "{family}", 2: "{style}", 3: "{family} {style}", 4: "{family} {style}", 6: "{plain}-{plain_style}"}


def main() -> None:
    signs: set[int] = set()
    PRINT.mkdir(parents=True, exist_ok=True)
    for source, family, weight, slope in FACES:
        font = TTFont(source)
        font.flavor = None
        style = " ".join(word for word in ("SemiBold" * (weight == 600), "Italic" * (slope == "italic")) if word) or "Regular"
        table = font["name"]
        table.names = [one for one in table.names if one.nameID in (0, 5, 13, 14)]
        for number, text in NAMES.items():
            said = text.format(
                family=family, style=style, plain=family.title().replace(" ", ""), plain_style=style.replace(" ", "")
            )
            table.setName(said, number, 3, 1, 0x409)
        font["OS/2"].usWeightClass = weight
        font.save(PRINT / f"{source.name.removesuffix('.woff2')}.ttf", reorderTables=False)
        if slope == "normal":
            signs |= set(font.getBestCmap()) if weight == 400 else set()
    spans = [[one for _place, one in group] for _key, group in groupby(enumerate(sorted(signs)), lambda it: it[1] - it[0])]
    (PRINT / "signs.txt").write_text("".join(f"{span[0]:04X}-{span[-1]:04X}\n" for span in spans))
    licences = (WEB / "LICENSE").read_text().strip(), (HERE / "OFL-firago.txt").read_text().strip()
    (PRINT / "OFL.txt").write_text("Fira Sans\n\n{}\n\n\nFiraGO\n\n{}\n".format(*licences))


if __name__ == "__main__":
    main()
