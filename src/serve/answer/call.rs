//! `GET /api/calls/{id}`: one call in full, as `show ID --json` tells it; the beginning of an id is enough.

use std::sync::RwLockWriteGuard;

use hyper::StatusCode;
use serde_json::Value as Json;

use crate::commands::books::{Books, NotFound};
use crate::ingest::event::Transcript;
use crate::model::Stamp;
use crate::report::show;
use crate::serve::reply::{self, Refusal, Reply};
use crate::serve::routes::Question;
use crate::store::Pricer;

pub fn answer(question: &Question) -> Result<Reply, Refusal> {
    let Question { live, id, .. } = question;
    let scope = live.scope(Stamp::now())?;
    let index = live.books().find(&scope, id).map_err(|why| match why {
        NotFound::Nowhere => Refusal::new(StatusCode::NOT_FOUND, format!("no call has the id {id}")),
        NotFound::Several { total, some } => Refusal::new(
            StatusCode::CONFLICT,
            format!("{total} calls have an id that begins so: expected more of it, as in {}", some.join(", ")),
        ),
    })?;
    // The catalogue remembers what it looks up, so a bill is a change; the record is read when others may read too.
    let mut books = live.change();
    let Books { store, catalog, .. } = &mut *books;
    let bill = catalog.bill(store.row(index));
    let books = RwLockWriteGuard::downgrade(books);
    let row = books.store.row(index);
    let (mut transcript, trouble) = match books.transcript(row) {
        Ok(transcript) => (transcript, None),
        Err(why) => (Transcript::default(), Some(why)),
    };
    transcript.others = books.others(row);
    let alike: Vec<_> = books.store.alike(index).into_iter().map(|other| books.store.row(other)).collect();
    let currency = live.currency.as_ref();
    let mut call = show::json(row, &books.infos(), bill.as_ref(), &transcript, &alike, currency);
    drop(books);
    // Where its record is gone the rest still stands, and this says so.
    if let Some(why) = trouble {
        call["recordError"] = Json::from(why);
    }
    Ok(reply::json(StatusCode::OK, &call))
}
