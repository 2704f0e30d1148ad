"""What the sellers of the demo world sell. Titles are translated where they are shown."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class Sku:
    """One article; the price is in minor units."""

    sku: str
    title: str
    price: int
    product_class: str = "general"


def _skus(prefix: str, *rows: tuple[str, str, int]) -> tuple[Sku, ...]:
    return tuple(Sku(sku=f"{prefix}-{sku}", title=title, price=price) for sku, title, price in rows)


CATALOGUE: dict[str, tuple[Sku, ...]] = {
    "lingyue": _skus(
        "LY",
        ("T580", _("Treadmill T580, foldable"), 329900),
        ("T320", _("Walking pad T320"), 129900),
        ("B210", _("Spin bike B210"), 159900),
        ("R110", _("Rowing machine R110"), 189900),
        ("E450", _("Elliptical trainer E450"), 249900),
        ("D024", _("Dumbbell set, 24 kg"), 39900),
        ("K016", _("Kettlebell, 16 kg"), 15900),
        ("M008", _("Exercise mat, 8 mm"), 9900),
        ("L005", _("Resistance bands, set of 5"), 4900),
        ("P-BELT", _("Running belt for T580"), 26900),
        ("P-KEY", _("Safety key for treadmills"), 2900),
        ("P-OIL", _("Silicone oil for running belts"), 1900),
    ),
    "qinghe": _skus(
        "QH",
        ("K17", _("Electric kettle, 1.7 l"), 12900),
        ("V9", _("Cordless vacuum cleaner V9"), 99900),
        ("S5", _("Robot cleaner S5"), 169900),
        ("A4", _("Air fryer, 4.5 l"), 29900),
        ("W3", _("Water purifier W3"), 139900),
        ("W3-F", _("Filter set for W3"), 19900),
        ("H2", _("Humidifier H2"), 16900),
        ("F1", _("Standing fan F1"), 25900),
        ("R6", _("Rice cooker, 4 l"), 34900),
        ("T2", _("Toaster T2"), 14900),
        ("B1", _("Hand blender B1"), 19900),
        ("S5-D", _("Dust bags for S5, 6 pieces"), 5900),
    ),
    "shanque": _skus(
        "SQ",
        ("P12", _("Phone P12, 256 GB"), 299900),
        ("E3", _("Earbuds E3"), 39900),
        ("T11", _("Tablet T11"), 189900),
        ("W2", _("Watch W2"), 89900),
        ("C65", _("Charger, 65 W"), 12900),
        ("C2M", _("USB-C cable, 2 m"), 3900),
        ("G12", _("Screen glass for P12"), 2900),
        ("S12", _("Case for P12"), 5900),
        ("PB20", _("Power bank, 20,000 mAh"), 14900),
        ("SP1", _("Desk speaker SP1"), 24900),
        ("KB7", _("Keyboard KB7"), 19900),
        ("M5", _("Mouse M5"), 9900),
    ),
    "buguyi": _skus(
        "BG",
        ("SH41", _("Running shoes, size 41"), 35900),
        ("SH38", _("Running shoes, size 38"), 35900),
        ("JK-M", _("Rain jacket, M"), 45900),
        ("JK-L", _("Rain jacket, L"), 45900),
        ("TS-M", _("T-shirt, M"), 8900),
        ("TS-L", _("T-shirt, L"), 8900),
        ("HD-M", _("Hoodie, M"), 22900),
        ("TR-L", _("Trousers, L"), 19900),
        ("SK3", _("Socks, 3 pairs"), 3900),
        ("CP1", _("Cap"), 6900),
        ("SC1", _("Scarf"), 12900),
        ("GL1", _("Gloves"), 7900),
    ),
    "shiguang": _skus(
        "SG",
        ("CAM1", _("Used camera, tested"), 129900),
        ("LEN1", _("Used lens, 50 mm"), 79900),
        ("REC1", _("Record player, restored"), 99900),
        ("LMP1", _("Desk lamp, 1970s"), 18900),
        ("CHR1", _("Oak chair, restored"), 45900),
        ("BIK1", _("City bike, overhauled"), 69900),
        ("CLK1", _("Wall clock"), 15900),
        ("RAD1", _("Transistor radio"), 21900),
        ("TYP1", _("Typewriter"), 39900),
        ("BAG1", _("Leather bag"), 29900),
        ("GAM1", _("Game console with two pads"), 55900),
        ("BKS1", _("Box of 20 novels"), 9900),
    ),
}
