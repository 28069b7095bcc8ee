//! Search over all texts of a unit, first 50 hits: the index against SQL LIKE and FTS5's trigram index.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use rusqlite::Connection;
use trak_core::search::{Index, fold};

/// Query and what is hard about it.
const QUERIES: [(&str, &str); 10] = [
    ("everywhere", "8"),
    ("one_character_at_the_end", "龘"),
    ("one_character_common", "车"),
    ("two_characters", "冷链"),
    ("no_hit_letters", "zzqx"),
    ("no_hit_digits", "13800009999999"),
    ("no_hit_common_parts", "vanvanvan"),
    ("part_of_a_number", "4711"),
    ("phone_with_separators", "+86-138 0"),
    ("two_words", "crane berg"),
];

fn sqlite(texts: &[[String; 6]]) -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(
        "CREATE TABLE unit (id INTEGER PRIMARY KEY, text TEXT);
         CREATE VIRTUAL TABLE trigram USING fts5(text, tokenize = 'trigram'); BEGIN",
    )
    .unwrap();
    {
        let mut unit = db.prepare("INSERT INTO unit VALUES (?1, ?2)").unwrap();
        let mut trigram = db.prepare("INSERT INTO trigram (rowid, text) VALUES (?1, ?2)").unwrap();
        for (id, fields) in texts.iter().enumerate() {
            let text = fields.iter().map(|field| fold(field)).collect::<Vec<_>>().join("\n");
            unit.execute((id as i64, &text)).unwrap();
            trigram.execute((id as i64, &text)).unwrap();
        }
    }
    db.execute_batch("COMMIT").unwrap();
    db
}

fn ids(db: &Connection, sql: &str, term: &str) -> Vec<i64> {
    let mut query = db.prepare_cached(sql).unwrap();
    query.query_map([term], |row| row.get(0)).unwrap().map(|id| id.unwrap()).collect()
}

fn search(c: &mut Criterion) {
    for units in support::SIZES {
        let texts = support::texts(units);
        let mut index = Index::new();
        let fill = |index: &mut Index| {
            for (slot, fields) in texts.iter().enumerate() {
                index.set(slot as u32, &fields.each_ref().map(String::as_str));
            }
        };
        let started = std::time::Instant::now();
        fill(&mut index);
        println!("{units} units indexed in {:?}", started.elapsed());
        // A million rows of FTS5 take minutes to build and tell nothing new.
        let db = (units <= 100_000).then(|| sqlite(&texts));
        for (name, query) in QUERIES {
            println!("{name}, {units} units: {} hits", index.find_all(query).len());
            let mut group = c.benchmark_group(format!("search_{name}"));
            group.bench_function(BenchmarkId::new("index_first_50", units), |b| {
                b.iter(|| index.find(black_box(query), 50, |_| true));
            });
            group.bench_function(BenchmarkId::new("index_all", units), |b| {
                b.iter(|| index.find_all(black_box(query)));
            });
            if let Some(db) = &db {
                let folded = fold(query);
                let like = format!("%{folded}%");
                group.bench_function(BenchmarkId::new("sql_like", units), |b| {
                    b.iter(|| ids(db, "SELECT id FROM unit WHERE text LIKE ?1 LIMIT 50", black_box(&like)));
                });
                let term = format!("\"{folded}\"");
                let sql = "SELECT rowid FROM trigram WHERE text MATCH ?1 LIMIT 50";
                println!("  fts5 trigram: {} hits", ids(db, sql, &term).len());
                group.bench_function(BenchmarkId::new("fts5_trigram", units), |b| {
                    b.iter(|| ids(db, sql, black_box(&term)));
                });
            }
            group.finish();
        }
        let mut group = c.benchmark_group("search_replace_one");
        group.bench_function(BenchmarkId::new("index", units), |b| {
            let mut turn = 0_usize;
            b.iter(|| {
                turn = (turn + 1) % 1_000;
                let mut fields = texts[turn].each_ref().map(String::as_str);
                fields[5] = if turn.is_multiple_of(2) { "张敏" } else { "王伟" };
                index.set(turn as u32, &fields);
            });
        });
        group.finish();
    }
}

criterion_group!(benches, search);
criterion_main!(benches);
