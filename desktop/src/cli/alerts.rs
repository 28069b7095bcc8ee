//! `alerts`: the inbox.

use serde_json::{Value, json};
use trak_core::view::{AlertRow, PAGE_ROWS};

use super::failure::Failure;
use super::json;
use super::open::Opened;
use super::out::Out;
use crate::safe::{pad, safe};
use crate::text::{Text, event, fill, local_time, local_zone};

/// Shows the newest `limit` events; with `acknowledge` they count as seen from now on.
pub async fn run(
    text: &'static Text,
    out: &Out,
    opened: &Opened,
    limit: usize,
    acknowledge: bool,
) -> Result<(), Failure> {
    let trak = &opened.trak;
    let failed = |error| Failure::query(text, &error);
    if opened.fresh {
        trak.refresh_alerts().await.map_err(failed)?;
    }
    let mut rows: Vec<AlertRow> = Vec::new();
    let (total, unread) = loop {
        let page = trak.alerts(u32::try_from(rows.len() / PAGE_ROWS).unwrap_or(u32::MAX)).map_err(failed)?;
        let got = page.rows.len();
        rows.extend(page.rows);
        if got < PAGE_ROWS || rows.len() >= limit {
            break (page.total, page.unread);
        }
    };
    rows.truncate(limit);
    if out.json {
        out.document(&json!({
            "schema": "trak.alerts.v1",
            "status": json::status(&trak.status(), opened.fresh),
            "total": total,
            "unread": unread,
            "alerts": rows.iter().map(alert).collect::<Vec<_>>(),
        }))?;
    } else {
        for row in &rows {
            out.line(&line(text, row))?;
        }
        let counts = fill(text.alerts_shown, rows.len()).replace("{t}", &total.to_string());
        out.line(&counts.replace("{m}", &unread.to_string()))?;
    }
    if acknowledge {
        let unseen = rows.iter().filter(|row| !row.acknowledged).map(|row| row.event.id).collect();
        trak.acknowledge_alerts(unseen).map_err(failed)?;
    }
    Ok(())
}

fn alert(row: &AlertRow) -> Value {
    json!({
        "event": json::event(&row.event, &row.unit_name),
        "acknowledged": row.acknowledged,
    })
}

fn line(text: &Text, row: &AlertRow) -> String {
    let sign = if row.acknowledged { ' ' } else { '*' };
    let name = if row.unit_name.is_empty() { row.event.unit_id.0.to_string() } else { safe(&row.unit_name) };
    let what = event(text, row.event.kind, &row.event.type_word);
    format!("{sign} {}  {}  {what}", local_time(row.event.at, &local_zone()), pad(&name, 24))
}
