"""Country outlines of the region from OpenStreetMap land polygons, as arcs that neighbours share.

Land borders around the region keep every point of the source (10 m): compounds lie a few hundred metres from a border.
Everything else is thinned. Lakes and rivers inside a country are filled: who is held on an island in a lake is in it.
"""

import collections
import json
import math

from pack import Writer

# The countries where people are held keep their borders whole; their neighbours are there to be told apart.
NEAR = {"KHM": "KH", "LAO": "LA", "MMR": "MM", "THA": "TH", "VNM": "VN", "PHL": "PH"}
AROUND = {
    "CHN": "CN", "HKG": "HK", "MAC": "MO", "TWN": "TW", "IND": "IN", "BGD": "BD",
    "MYS": "MY", "SGP": "SG", "IDN": "ID", "BRN": "BN",
}
CODES = {**NEAR, **AROUND}

# Metres by which a simplified line may leave the source.
TOLERANCE = {"land near": 0.0, "land around": 1000.0, "coast near": 100.0, "coast around": 1500.0}
# Islands under so many square kilometres are left out. Nobody is held on a rock.
SMALLEST_ISLAND = {"near": 0.1, "around": 25.0}
# Singapore and Macau would be gone by the rule for neighbours.
SMALL = {"SGP", "MAC", "HKG"}

# The source's China holds these too: they come first, so that a point in both is found in them.
FIRST = ("HKG", "MAC", "TWN")

SCALE = 100_000  # the source has five decimals
METRES = 111_195.0 / SCALE


def read(path):
    """The rings of each country in units of 1e-5 degree, without the closing point."""
    rings = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            code = line[line.rfind('"A3":"') + 6 :][:3]
            if not line.startswith('{"type":"Feature",') or code not in CODES:
                continue
            shape = json.loads(line.strip().rstrip(","))["geometry"]
            polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
            rings[code] = [whole(ring) for polygon in polygons for ring in polygon]
    missing = set(CODES) - set(rings)
    if missing:
        raise SystemExit(f"borders: the source lacks {sorted(missing)}")
    return rings


def whole(ring):
    points = []
    for lon, lat in ring:
        point = (round(lon * SCALE), round(lat * SCALE))
        if not points or points[-1] != point:
            points.append(point)
    if points[0] == points[-1]:
        points.pop()
    return points


def edges_of(ring):
    for i, a in enumerate(ring):
        b = ring[(i + 1) % len(ring)]
        yield (a, b) if a < b else (b, a)


def square_km(ring):
    total = 0
    for i, (x, y) in enumerate(ring):
        u, v = ring[(i + 1) % len(ring)]
        total += x * v - u * y
    return total / 2 * METRES**2 * math.cos(math.radians(ring[0][1] / SCALE)) / 1e6


def keep(code, ring, owners):
    """Not the holes, which are water, nor the rocks; whatever touches another country stays."""
    if len(ring) < 3:
        return False
    if any(len(owners[edge]) > 1 for edge in edges_of(ring)):
        return True
    area = -square_km(ring)  # outer rings run clockwise in the source
    limit = SMALLEST_ISLAND["near" if code in NEAR or code in SMALL else "around"]
    return area >= limit


def arcs_of(ring, owners, degree):
    """The ring cut where another neighbour begins."""
    n = len(ring)
    edges = list(edges_of(ring))
    cuts = [i for i in range(n) if owners[edges[i - 1]] != owners[edges[i]] or degree[ring[i]] != 2]
    if not cuts:
        first = ring.index(min(ring))
        turned = ring[first:] + ring[:first]
        return [turned + turned[:1]]
    parts = []
    for a, b in zip(cuts, cuts[1:] + [cuts[0] + n]):
        parts.append([ring[i % n] for i in range(a, b + 1)])
    return parts


def order(code):
    return (code not in FIRST, CODES[code])


def tolerance(codes):
    near = any(code in NEAR for code in codes)
    if len(codes) > 1:
        return TOLERANCE["land near" if near else "land around"]
    return TOLERANCE["coast near" if near or codes <= SMALL else "coast around"]


def off_line(point, a, b, stretch):
    """Metres from a point to the stretch between two others."""
    px, py = (point[0] - a[0]) * stretch, point[1] - a[1]
    dx, dy = (b[0] - a[0]) * stretch, b[1] - a[1]
    length = dx * dx + dy * dy
    t = min(1.0, max(0.0, (px * dx + py * dy) / length)) if length else 0.0
    return math.hypot(px - t * dx, py - t * dy) * METRES


def simplify(points, limit):
    """Douglas and Peucker; a closed line is first cut at the point farthest from its start."""
    if limit == 0.0 or len(points) < 3:
        return points
    stretch = math.cos(math.radians(points[0][1] / SCALE))
    kept = {0, len(points) - 1}
    todo = [(0, len(points) - 1)]
    while todo:
        a, b = todo.pop()
        worst, at = 0.0, None
        for i in range(a + 1, b):
            off = off_line(points[i], points[a], points[b], stretch)
            if off > worst:
                worst, at = off, i
        if at is not None and worst > limit:
            kept.add(at)
            todo += [(a, at), (at, b)]
    return [points[i] for i in sorted(kept)]


def build(path):
    rings = read(path)
    owners = collections.defaultdict(set)
    for code, shapes in rings.items():
        for ring in shapes:
            for edge in edges_of(ring):
                owners[edge].add(code)
    rings = {code: [ring for ring in shapes if keep(code, ring, owners)] for code, shapes in rings.items()}
    links = collections.defaultdict(set)
    for shapes in rings.values():
        for ring in shapes:
            for a, b in edges_of(ring):
                links[a].add(b)
                links[b].add(a)
    degree = {point: len(others) for point, others in links.items()}

    index, lines, shapes_out = {}, [], {}
    for code in sorted(CODES, key=order):
        shapes_out[code] = []
        for ring in sorted(rings[code]):
            refs = []
            for arc in arcs_of(ring, owners, degree):
                back = arc[::-1] < arc
                line = tuple(arc[::-1] if back else arc)
                if line not in index:
                    sides = owners[(line[0], line[1]) if line[0] < line[1] else (line[1], line[0])]
                    index[line] = len(lines)
                    lines.append(simplify(list(line), tolerance(sides)))
                refs.append(index[line] << 1 | back)
            if sum(len(lines[ref >> 1]) - 1 for ref in refs) >= 3:
                shapes_out[code].append(refs)
    return lines, shapes_out


def write(lines, shapes):
    out = Writer(b"FLBORDERS1")
    out.number(len(lines))
    x = y = 0
    for line in lines:
        out.number(len(line))
        for px, py in line:
            out.signed(px - x)
            out.signed(py - y)
            x, y = px, py
    out.number(len(shapes))
    for code in sorted(shapes, key=order):
        out.raw(CODES[code].encode())
        out.number(len(shapes[code]))
        for refs in shapes[code]:
            out.number(len(refs))
            for ref in refs:
                out.number(ref)
    return out.packed()


def main(source, target):
    lines, shapes = build(source)
    data = write(lines, shapes)
    with open(target, "wb") as file:
        file.write(data)
    points = sum(len(line) for line in lines)
    print(f"borders: {len(shapes)} countries, {len(lines)} lines, {points} points, {len(data)} bytes")
