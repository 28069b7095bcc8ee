//! Nearby: our blocks against an R*-tree in memory, SQLite's R*Tree and the naive loop, all in exact metres.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use rstar::RTree;
use rstar::primitives::GeomWithData;
use rusqlite::Connection;
use trak_core::geo::distance::distance_m;
use trak_core::geo::scan::Scan;
use trak_core::model::LatLon;

type Point = GeomWithData<[f64; 3], u32>;

/// The longest chord per metre of geodesic, with room for the ellipsoid: candidates are measured again.
const SLACK: f64 = 1.001;
const RADIUS_M: f64 = 6_378_137.0;

/// Earth-centred coordinates on the ellipsoid, metres.
fn ecef(place: LatLon) -> [f64; 3] {
    let e2 = 0.006_694_379_990_14;
    let (sin, cos) = place.lat_deg().to_radians().sin_cos();
    let (sin_lon, cos_lon) = place.lon_deg().to_radians().sin_cos();
    let n = RADIUS_M / (1.0 - e2 * sin * sin).sqrt();
    [n * cos * cos_lon, n * cos * sin_lon, n * (1.0 - e2) * sin]
}

fn haversine_m(a: LatLon, b: LatLon) -> f64 {
    let (lat_a, lat_b) = (a.lat_deg().to_radians(), b.lat_deg().to_radians());
    let d_lon = (b.lon_deg() - a.lon_deg()).to_radians();
    let h = ((lat_b - lat_a) / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * (d_lon / 2.0).sin().powi(2);
    2.0 * 6_371_008.8 * h.sqrt().asin()
}

/// Within a radius from the tree: candidates by chord, then exact, sorted.
fn tree_within(tree: &RTree<Point>, places: &[LatLon], center: LatLon, radius_m: f64) -> Vec<(f64, u32)> {
    let mut hits: Vec<(f64, u32)> = tree
        .locate_within_distance(ecef(center), (radius_m * SLACK).powi(2))
        .map(|p| (distance_m(center, places[p.data as usize]), p.data))
        .filter(|hit| hit.0 <= radius_m)
        .collect();
    hits.sort_by(|a, b| a.0.total_cmp(&b.0));
    hits
}

fn sqlite(places: &[LatLon]) -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("CREATE VIRTUAL TABLE place USING rtree(id, south, north, west, east); BEGIN").unwrap();
    {
        let mut insert = db.prepare("INSERT INTO place VALUES (?1, ?2, ?2, ?3, ?3)").unwrap();
        for (id, place) in places.iter().enumerate() {
            insert.execute((id as i64, place.lat_deg(), place.lon_deg())).unwrap();
        }
    }
    db.execute_batch("COMMIT").unwrap();
    db
}

fn sqlite_within(db: &Connection, places: &[LatLon], center: LatLon, radius_m: f64) -> Vec<(f64, u32)> {
    let lat = radius_m / 110_000.0;
    let lon = lat / center.lat_deg().to_radians().cos() * 1.01;
    let mut query = db
        .prepare_cached(
            "SELECT id FROM place WHERE south <= ?1 AND north >= ?2 AND west <= ?3 AND east >= ?4",
        )
        .unwrap();
    let bounds =
        (center.lat_deg() + lat, center.lat_deg() - lat, center.lon_deg() + lon, center.lon_deg() - lon);
    let mut hits: Vec<(f64, u32)> = query
        .query_map(bounds, |row| row.get::<_, u32>(0))
        .unwrap()
        .map(|id| id.unwrap())
        .map(|id| (distance_m(center, places[id as usize]), id))
        .filter(|hit| hit.0 <= radius_m)
        .collect();
    hits.sort_by(|a, b| a.0.total_cmp(&b.0));
    hits
}

fn naive_within(places: &[LatLon], center: LatLon, radius_m: f64) -> Vec<(f64, u32)> {
    let mut hits: Vec<(f64, u32)> = places
        .iter()
        .enumerate()
        .map(|(id, place)| (haversine_m(center, *place), id as u32))
        .filter(|hit| hit.0 <= radius_m)
        .collect();
    hits.sort_by(|a, b| a.0.total_cmp(&b.0));
    hits
}

fn nearby(c: &mut Criterion) {
    let center = LatLon::new(support::CENTER.0, support::CENTER.1).unwrap();
    for units in support::SIZES {
        let places = support::places(units);
        let mut scan = Scan::new();
        for place in &places {
            scan.push(Some(*place));
        }
        scan.settle();
        let points =
            places.iter().enumerate().map(|(id, place)| Point::new(ecef(*place), id as u32)).collect();
        let mut tree = RTree::bulk_load(points);
        let db = sqlite(&places);

        for (name, radius_m) in [("within_5km", 5_000.0), ("within_50km", 50_000.0)] {
            let ours = scan.nearest(center, units, Some(radius_m), |_| true);
            let peer = tree_within(&tree, &places, center, radius_m);
            assert_eq!(ours.len(), peer.len(), "the peers must answer the same");
            assert_eq!(ours.len(), sqlite_within(&db, &places, center, radius_m).len());
            println!("{name}, {units} units: {} hits", ours.len());
            let mut group = c.benchmark_group(name);
            group.bench_function(BenchmarkId::new("scan", units), |b| {
                b.iter(|| scan.nearest(black_box(center), units, Some(radius_m), |_| true));
            });
            group.bench_function(BenchmarkId::new("scan_first_50", units), |b| {
                b.iter(|| scan.nearest(black_box(center), 50, Some(radius_m), |_| true));
            });
            group.bench_function(BenchmarkId::new("scan_count", units), |b| {
                b.iter(|| scan.count_within(black_box(center), radius_m, |_| true));
            });
            group.bench_function(BenchmarkId::new("rstar", units), |b| {
                b.iter(|| tree_within(&tree, &places, black_box(center), radius_m));
            });
            group.bench_function(BenchmarkId::new("sqlite_rtree", units), |b| {
                b.iter(|| sqlite_within(&db, &places, black_box(center), radius_m));
            });
            group.bench_function(BenchmarkId::new("naive_haversine", units), |b| {
                b.iter(|| naive_within(&places, black_box(center), radius_m));
            });
            group.finish();
        }

        let mut group = c.benchmark_group("nearest_50");
        group.bench_function(BenchmarkId::new("scan", units), |b| {
            b.iter(|| scan.nearest(black_box(center), 50, None, |_| true));
        });
        group.bench_function(BenchmarkId::new("rstar", units), |b| {
            // Chords order a neighbourhood as geodesics do, up to a handful at the rim: 60 cover 50.
            b.iter(|| {
                let near = tree.nearest_neighbor_iter(ecef(black_box(center))).take(60);
                let mut hits: Vec<f64> = near.map(|p| distance_m(center, places[p.data as usize])).collect();
                hits.sort_by(f64::total_cmp);
                hits.truncate(50);
                hits
            });
        });
        group.finish();

        let mut group = c.benchmark_group("move_one");
        let (here, there) = (places[0], center);
        group.bench_function(BenchmarkId::new("scan", units), |b| {
            let mut flip = false;
            b.iter(|| {
                flip = !flip;
                scan.set(0, Some(if flip { there } else { here }));
            });
        });
        group.bench_function(BenchmarkId::new("rstar", units), |b| {
            let (mut from, mut to) = (Point::new(ecef(here), 0), Point::new(ecef(there), 0));
            b.iter(|| {
                tree.remove(&from);
                tree.insert(to);
                std::mem::swap(&mut from, &mut to);
            });
        });
        group.finish();
    }
}

criterion_group!(benches, nearby);
criterion_main!(benches);
