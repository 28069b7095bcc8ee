#!/usr/bin/env python3
"""Reduces Natural Earth outlines to the small files that the core and the Android app carry.

Input: the unpacked npm package `world-atlas` (public domain Natural Earth data as TopoJSON):
    npm pack world-atlas && tar xf world-atlas-*.tgz
    scripts/data/reduce_natural_earth.py package core/data android/app/src/main/res/raw
Output, little endian: u32 number of rings, then for each ring u32 number of points and i32 longitude, i32 latitude
in 1e-5 degrees. Rings are closed (the last point is the first).
    mainland_china.bin  admin-0 country 156 of the 1:10m set, which leaves out Taiwan, Hong Kong and Macao
    china_coast.bin     its outlines that no other country shares: where a harbour may lie outside the map's own coast
    china_others.bin    its borders, and the outlines of Taiwan, Hong Kong and Macao: what ends that allowance
    coastlines.bin      land of the 1:50m set, for drawing
In the second folder, for each ring the number of its points, then longitude and latitude of each in 1e-3 degrees, less those of
the point before; all of them signed numbers of variable length (zigzag, seven bits a byte, the lowest first):
    coast.bin           land of the 1:10m set, for drawing where there is room for it
Douglas-Peucker with the tolerances below; Python's standard library only.
"""
import json
import struct
import sys
from collections import Counter
from pathlib import Path

CHINA_ID = "156"
NOT_MAINLAND_IDS = {"158", "344", "446"}
CHINA_TOLERANCE_DEG = 0.001  # 110 m: less than the map's own error at 1:10m
COAST_TOLERANCE_DEG = 0.05
SMALLEST_ISLAND_DEG = 0.15
FINE_COAST_TOLERANCE_DEG = 0.005
FINE_SMALLEST_ISLAND_DEG = 0.03
FINE_UNITS_PER_DEG = 1000


def decode_arcs(topology):
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    return arcs


def ring(arcs, indices):
    points = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1:] if points else arc)
    return points


def rings_of(geometry, arcs):
    if geometry["type"] == "GeometryCollection":
        return [r for part in geometry["geometries"] for r in rings_of(part, arcs)]
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    return [ring(arcs, indices) for polygon in polygons for indices in polygon]


def abs_index(index):
    return index if index >= 0 else ~index


def arc_indices(geometry):
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    return [i for polygon in polygons for indices in polygon for i in indices]


def simplify(points, tolerance):
    """Douglas-Peucker without recursion; both ends stay."""
    keep = {0, len(points) - 1}
    # A closed ring's ends coincide: cut it at the point farthest from them first.
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        (ax, ay), (bx, by) = points[first], points[last]
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
        worst, at = 0.0, None
        for i in range(first + 1, last):
            x, y = points[i]
            if length == 0:
                off = ((x - ax) ** 2 + (y - ay) ** 2) ** 0.5
            else:
                off = abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length
            if off > worst:
                worst, at = off, i
        if at is not None and worst > tolerance:
            keep.add(at)
            spans += [(first, at), (at, last)]
    return [points[i] for i in sorted(keep)]


def write(path, rings):
    with open(path, "wb") as out:
        out.write(struct.pack("<I", len(rings)))
        for points in rings:
            out.write(struct.pack("<I", len(points)))
            for lon, lat in points:
                out.write(struct.pack("<ii", round(lon * 1e5), round(lat * 1e5)))
    print(f"{path}: {len(rings)} rings, {sum(map(len, rings))} points, {path.stat().st_size} bytes")


def number(value):
    """A signed number of variable length."""
    left, out = (value << 1) ^ (value >> 63), bytearray()
    while left > 127:
        out.append(left & 127 | 128)
        left >>= 7
    return bytes([*out, left])


def write_small(path, rings):
    """Differences instead of places: a third of the size."""
    packed = bytearray()
    for points in rings:
        packed += number(len(points))
        last = (0, 0)
        for place in points:
            now = tuple(round(degrees * FINE_UNITS_PER_DEG) for degrees in place)
            packed += number(now[0] - last[0]) + number(now[1] - last[1])
            last = now
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed)
    print(f"{path}: {len(rings)} rings, {sum(map(len, rings))} points, {path.stat().st_size} bytes")


def land(source, smallest_deg, tolerance_deg):
    """The land of one set, without its small islands."""
    topology = json.loads(source.read_text())
    arcs = decode_arcs(topology)
    found = []
    for geometry in topology["objects"]["land"]["geometries"]:
        for points in rings_of(geometry, arcs):
            lons, lats = zip(*points)
            if max(max(lons) - min(lons), max(lats) - min(lats)) >= smallest_deg:
                found.append(simplify(points, tolerance_deg))
    return [ring for ring in found if len(ring) >= 4]


def main():
    source, target, app = (Path(argument) for argument in sys.argv[1:4])
    topology = json.loads((source / "countries-10m.json").read_text())
    arcs = decode_arcs(topology)
    china = [g for g in topology["objects"]["countries"]["geometries"] if g.get("id") == CHINA_ID]
    assert len(china) == 1, "one country of that number"
    rings = [simplify(r, CHINA_TOLERANCE_DEG) for r in rings_of(china[0], arcs)]
    write(target / "mainland_china.bin", [r for r in rings if len(r) >= 4])

    used = Counter(abs_index(i) for g in topology["objects"]["countries"]["geometries"] for i in arc_indices(g))
    own = {abs_index(i) for i in arc_indices(china[0])}
    apart = [g for g in topology["objects"]["countries"]["geometries"] if g.get("id") in NOT_MAINLAND_IDS]
    other = {i for i in own if used[i] > 1} | {abs_index(i) for g in apart for i in arc_indices(g)}
    for name, indices in (("china_coast.bin", own - other), ("china_others.bin", other)):
        write(target / name, [simplify(arcs[i], CHINA_TOLERANCE_DEG) for i in sorted(indices)])

    write(target / "coastlines.bin", land(source / "land-50m.json", SMALLEST_ISLAND_DEG, COAST_TOLERANCE_DEG))
    write_small(app / "coast.bin", land(source / "land-10m.json", FINE_SMALLEST_ISLAND_DEG, FINE_COAST_TOLERANCE_DEG))


if __name__ == "__main__":
    main()
