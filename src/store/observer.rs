//! Who is told of rows as they come and change, so that no figure need be folded again for one call.

use super::Row;

/// Learns of every change to a counted row.
pub trait Observer {
    /// The row is about to change or to stop counting.
    fn leaving(&mut self, row: Row<'_>);
    /// The row is new, or has changed, and counts.
    fn entering(&mut self, row: Row<'_>);
}

impl<T: Observer> Observer for &mut T {
    fn leaving(&mut self, row: Row<'_>) {
        (**self).leaving(row);
    }

    fn entering(&mut self, row: Row<'_>) {
        (**self).entering(row);
    }
}

impl<T: Observer> Observer for Option<T> {
    fn leaving(&mut self, row: Row<'_>) {
        if let Some(observer) = self {
            observer.leaving(row);
        }
    }

    fn entering(&mut self, row: Row<'_>) {
        if let Some(observer) = self {
            observer.entering(row);
        }
    }
}

/// Both see it, one after the other.
impl<A: Observer, B: Observer> Observer for (A, B) {
    fn leaving(&mut self, row: Row<'_>) {
        self.0.leaving(row);
        self.1.leaving(row);
    }

    fn entering(&mut self, row: Row<'_>) {
        self.0.entering(row);
        self.1.entering(row);
    }
}

/// For those who keep no running figures.
#[derive(Debug, Clone, Copy)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn leaving(&mut self, _: Row<'_>) {}
    fn entering(&mut self, _: Row<'_>) {}
}
