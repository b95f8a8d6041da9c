//! The values of one record by their meaning: what the scanner fills in and a format reads.

use super::print::Print;
use super::role::{Field, Role, Unit};
use super::value::Value;
use crate::model::Text;

/// One value a role: the first of the format's fields that the record has.
#[derive(Debug, Clone)]
pub struct Slots<'a> {
    values: [Value<'a>; Role::COUNT],
    /// Which field of the format filled the slot.
    from: [u16; Role::COUNT],
    /// The slots that are filled, a bit each: what stands in the others is left from an earlier record.
    filled: u64,
    /// What the request is known by.
    pub print: Print,
}

/// There is a bit for every role.
const _: () = assert!(Role::COUNT <= u64::BITS as usize);

const MISSING: &Value<'static> = &Value::Missing;

impl<'a> Slots<'a> {
    pub fn new() -> Self {
        Self {
            values: std::array::from_fn(|_| Value::Missing),
            from: [u16::MAX; Role::COUNT],
            filled: 0,
            print: Print::default(),
        }
    }

    /// Empties all slots.
    pub fn clear(&mut self) {
        self.filled = 0;
        self.print = Print::default();
    }

    /// Fills the slot of a field's role unless a better field has. A value outranks a null or an empty text, wherever
    /// either stands, and tokens that were written to a cache outrank none: a log may fill in a sum and not its parts. The
    /// same field twice is a duplicate key, and the last one wins.
    #[inline]
    pub fn set(&mut self, index: u16, role: Role, value: Value<'a>) {
        let slot = role as usize;
        if self.has(role) {
            let says_nothing =
                |value: &Value<'_>| value.is_nothing() || role == Role::CacheWrite && value.count() == Some(0);
            let better = match (says_nothing(&self.values[slot]), says_nothing(&value)) {
                (true, false) => true,
                (false, true) => index == self.from[slot],
                _ => index <= self.from[slot],
            };
            if !better {
                return;
            }
        }
        self.values[slot] = value;
        self.from[slot] = index;
        self.filled |= 1 << slot;
    }

    /// The empty slot of a field's role, to be filled; `None` if it is filled already, and [`Self::set`] must choose.
    #[inline]
    pub fn empty(&mut self, index: u16, role: Role) -> Option<&mut Value<'a>> {
        let slot = role as usize;
        if self.has(role) {
            return None;
        }
        self.from[slot] = index;
        self.filled |= 1 << slot;
        Some(&mut self.values[slot])
    }

    #[inline]
    pub fn has(&self, role: Role) -> bool {
        self.filled >> role as usize & 1 != 0
    }

    #[inline]
    pub fn get(&self, role: Role) -> &Value<'a> {
        if self.has(role) { &self.values[role as usize] } else { MISSING }
    }

    /// See [`Value::text`].
    #[inline]
    pub fn text(&self, role: Role) -> Option<Text<'a>> {
        if self.has(role) { self.values[role as usize].text() } else { None }
    }

    /// See [`Value::number`].
    #[inline]
    pub fn number(&self, role: Role) -> Option<f64> {
        if self.has(role) { self.values[role as usize].number() } else { None }
    }

    /// See [`Value::count`].
    #[inline]
    pub fn count(&self, role: Role) -> Option<u32> {
        if self.has(role) { self.values[role as usize].count() } else { None }
    }

    fn field<'f>(&self, role: Role, fields: &'f [Field]) -> Option<&'f Field> {
        fields.get(usize::from(self.from[role as usize])).filter(|_| self.has(role))
    }

    /// The unit of the field that filled the slot.
    pub fn unit(&self, role: Role, fields: &[Field]) -> Unit {
        self.field(role, fields).map_or(Unit::Plain, |field| field.unit)
    }

    /// The path of the field that filled the slot.
    pub fn path<'f>(&self, role: Role, fields: &'f [Field]) -> &'f str {
        self.field(role, fields).map_or("", |field| field.path.as_str())
    }
}

impl Default for Slots<'_> {
    fn default() -> Self {
        Self::new()
    }
}
