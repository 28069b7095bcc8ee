#!/usr/bin/env python3
"""Reduces Natural Earth outlines to the two small files that the core carries.

Input: the unpacked npm package `world-atlas` (public domain Natural Earth data as TopoJSON):
    npm pack world-atlas && tar xf world-atlas-*.tgz
    scripts/data/reduce_natural_earth.py package core/data
Output, little endian: u32 number of rings, then for each ring u32 number of points and i32 longitude, i32 latitude
in 1e-5 degrees. Rings are closed (the last point is the first).
    mainland_china.bin  admin-0 country 156 of the 1:10m set, which leaves out Taiwan, Hong Kong and Macao
    china_coast.bin     its outlines that no other country shares: where a harbour may lie outside the map's own coast
    china_others.bin    its borders, and the outlines of Taiwan, Hong Kong and Macao: what ends that allowance
    coastlines.bin      land of the 1:50m set, for drawing
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


def main():
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
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

    topology = json.loads((source / "land-50m.json").read_text())
    arcs = decode_arcs(topology)
    coast = []
    for points in rings_of(topology["objects"]["land"], arcs):
        lons, lats = [p[0] for p in points], [p[1] for p in points]
        if max(max(lons) - min(lons), max(lats) - min(lats)) >= SMALLEST_ISLAND_DEG:
            coast.append(simplify(points, COAST_TOLERANCE_DEG))
    write(target / "coastlines.bin", [r for r in coast if len(r) >= 4])


if __name__ == "__main__":
    main()
