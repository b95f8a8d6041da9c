//! The values of one record by their meaning: what the scanner fills in and a format reads.

use super::role::{Field, Role, Unit};
use super::value::Value;

/// One value a role: the first of the format's fields that the record has.
#[derive(Debug, Clone)]
pub struct Slots<'a> {
    values: [Value<'a>; Role::COUNT],
    /// Which field of the format filled the slot.
    from: [u16; Role::COUNT],
}

impl<'a> Slots<'a> {
    pub fn new() -> Self {
        Self { values: std::array::from_fn(|_| Value::Missing), from: [u16::MAX; Role::COUNT] }
    }

    /// Empties the slots that these fields can fill.
    pub fn clear(&mut self, roles: &[Role]) {
        for role in roles {
            self.values[*role as usize] = Value::Missing;
            self.from[*role as usize] = u16::MAX;
        }
    }

    /// Fills the slot of a field's role unless a better field has. A value outranks a null, wherever either stands;
    /// the same field twice is a duplicate key, and the last one wins.
    #[inline]
    pub fn set(&mut self, index: u16, role: Role, value: Value<'a>) {
        let slot = role as usize;
        let taken = &self.values[slot];
        let better = match (taken.is_absent(), value.is_absent()) {
            (true, false) => true,
            (false, true) => index == self.from[slot],
            _ => index <= self.from[slot],
        };
        if better {
            self.values[slot] = value;
            self.from[slot] = index;
        }
    }

    #[inline]
    pub fn get(&self, role: Role) -> &Value<'a> {
        &self.values[role as usize]
    }

    /// The unit of the field that filled the slot.
    pub fn unit(&self, role: Role, fields: &[Field]) -> Unit {
        fields.get(self.from[role as usize] as usize).map_or(Unit::Plain, |field| field.unit)
    }

    /// The path of the field that filled the slot.
    pub fn path<'f>(&self, role: Role, fields: &'f [Field]) -> &'f str {
        fields.get(self.from[role as usize] as usize).map_or("", |field| field.path.as_str())
    }
}

impl Default for Slots<'_> {
    fn default() -> Self {
        Self::new()
    }
}
