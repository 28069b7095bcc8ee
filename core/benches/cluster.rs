//! Clusters of a viewport from scratch, as after every move of a unit. The npm peer is
//! `scripts/bench/supercluster.mjs`, which reads the fleet that this benchmark writes on request.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use trak_core::geo::cluster::{Viewport, clusters};
use trak_core::geo::scan::Scan;

/// What a phone of 412 by 915 points shows at `zoom` around the benchmark's centre.
fn viewport(zoom: f64) -> Viewport {
    let deg_per_px = 360.0 / (256.0 * zoom.exp2());
    let (lat, lon) = support::CENTER;
    let (half_lat, half_lon) = (457.0 * deg_per_px * lat.to_radians().cos(), 206.0 * deg_per_px);
    Viewport {
        south_deg: (lat - half_lat).max(-90.0),
        west_deg: (lon - half_lon).max(-180.0),
        north_deg: (lat + half_lat).min(90.0),
        east_deg: (lon + half_lon).min(180.0),
    }
}

fn cluster(c: &mut Criterion) {
    let mut group = c.benchmark_group("clusters");
    for units in support::SIZES {
        let places = support::places(units);
        if let Some(folder) = std::env::var_os("TRAK_BENCH_FLEET") {
            let mut text = String::new();
            for place in &places {
                writeln!(text, "{},{}", place.lon_deg(), place.lat_deg()).unwrap();
            }
            std::fs::write(std::path::Path::new(&folder).join(format!("{units}.csv")), text).unwrap();
        }
        let mut scan = Scan::new();
        for place in &places {
            scan.push(Some(*place));
        }
        scan.settle();
        let world = clusters(&scan, &Viewport::WORLD, 2.0, |_| true);
        assert_eq!(world.iter().map(|p| p.count as usize).sum::<usize>(), units);
        group.bench_function(BenchmarkId::new("world_zoom_2", units), |b| {
            b.iter(|| clusters(&scan, &Viewport::WORLD, black_box(2.0), |_| true));
        });
        for zoom in [2.0, 5.0, 10.0, 13.0] {
            let view = viewport(zoom);
            println!("zoom {zoom}, {units} units: {} points", clusters(&scan, &view, zoom, |_| true).len());
            group.bench_function(BenchmarkId::new(format!("phone_zoom_{zoom}"), units), |b| {
                b.iter(|| clusters(&scan, black_box(&view), zoom, |_| true));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, cluster);
criterion_main!(benches);
