//! A theme as its file says it: TOML to styles, with the line and the name in every complaint.

use ratatui::style::{Color, Modifier, Style};
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::role::{Role, Said};
use super::{Mode, Ramp, color};

/// What a theme states, before the arrows fill in the rest.
#[derive(Debug, Clone, Default)]
pub struct File {
    pub name: String,
    pub mode: Mode,
    pub background: Option<Color>,
    pub said: Said,
    pub ramps: [Option<Vec<Color>>; Ramp::COUNT],
    pub series: Option<Vec<Color>>,
}

/// Reads a theme. `parent` finds the theme that it inherits.
pub fn parse(text: &str, parent: impl Fn(&str) -> Result<File, String>) -> Result<File, String> {
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        format!("line {line}: {}", error.message())
    })?;
    let mut reader = Reader { text, palette: Vec::new() };
    let table = table.get_ref();
    // The palette first, wherever it stands: all other sections use its names.
    if let Some((_, value)) = table.iter().find(|(key, _)| key.get_ref() == "palette") {
        reader.read_palette(value)?;
    }
    let mut file = File::default();
    if let Some((_, value)) = table.iter().find(|(key, _)| key.get_ref() == "inherits") {
        file = parent(reader.string(value)?).map_err(|error| reader.complaint(value, &error))?;
    }
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "name" => reader.string(value)?.clone_into(&mut file.name),
            "mode" => file.mode = reader.mode(value)?,
            "inherits" | "palette" => {}
            "roles" => reader.read_roles(value, &mut file)?,
            "ramps" => reader.read_ramps(value, &mut file)?,
            "series" => reader.read_series(value, &mut file)?,
            other => {
                let known = "name, mode, inherits, [palette], [roles], [ramps] and [series]";
                return Err(reader.complaint(key, &format!("unknown `{other}`; a theme has {known}")));
            }
        }
    }
    Ok(file)
}

struct Reader<'t> {
    text: &'t str,
    palette: Vec<(String, Color)>,
}

impl Reader<'_> {
    fn read_palette(&mut self, value: &Spanned<DeValue>) -> Result<(), String> {
        for (key, value) in self.table(value)? {
            // One name of a palette may use another that stands above it.
            let color = self.color(value)?;
            self.palette.push((key.get_ref().to_string(), color));
        }
        Ok(())
    }

    fn read_roles(&self, value: &Spanned<DeValue>, file: &mut File) -> Result<(), String> {
        for (key, value) in self.table(value)? {
            let name = key.get_ref().as_ref();
            if name == "background" {
                file.background = Some(self.color(value)?);
            } else if let Some(role) = Role::parse(name) {
                file.said[role as usize] = Some(self.style(value)?);
            } else {
                let known = Role::ALL.map(Role::name).join(", ");
                return Err(self.complaint(key, &format!("unknown role `{name}`; the roles are {known}, background")));
            }
        }
        Ok(())
    }

    fn read_ramps(&self, value: &Spanned<DeValue>, file: &mut File) -> Result<(), String> {
        for (key, value) in self.table(value)? {
            let name = key.get_ref().as_ref();
            let Some(ramp) = Ramp::ALL.into_iter().find(|ramp| ramp.name() == name) else {
                let known = Ramp::ALL.map(Ramp::name).join(", ");
                return Err(self.complaint(key, &format!("unknown ramp `{name}`; the ramps are {known}")));
            };
            let stops = self.colors(value)?;
            if !(2..=3).contains(&stops.len()) {
                return Err(self.complaint(value, &format!("`{name}` needs two or three colours")));
            }
            file.ramps[ramp as usize] = Some(stops);
        }
        Ok(())
    }

    fn read_series(&self, value: &Spanned<DeValue>, file: &mut File) -> Result<(), String> {
        for (key, value) in self.table(value)? {
            let name = key.get_ref();
            if name != "colors" {
                return Err(self.complaint(key, &format!("unknown `{name}`; [series] has colors")));
            }
            let colors = self.colors(value)?;
            if colors.is_empty() {
                return Err(self.complaint(value, "`colors` needs at least one colour"));
            }
            file.series = Some(colors);
        }
        Ok(())
    }

    fn style(&self, value: &Spanned<DeValue>) -> Result<Style, String> {
        let DeValue::Table(table) = value.get_ref() else {
            return Ok(Style::new().fg(self.color(value)?));
        };
        let mut style = Style::new();
        for (key, value) in table {
            let modifier = match key.get_ref().as_ref() {
                "fg" => {
                    style = style.fg(self.color(value)?);
                    continue;
                }
                "bg" => {
                    style = style.bg(self.color(value)?);
                    continue;
                }
                "bold" => Modifier::BOLD,
                "dim" => Modifier::DIM,
                "italic" => Modifier::ITALIC,
                "underline" => Modifier::UNDERLINED,
                "reverse" => Modifier::REVERSED,
                other => {
                    let known = "fg, bg, bold, dim, italic, underline, reverse";
                    return Err(self.complaint(key, &format!("unknown `{other}`; a style has {known}")));
                }
            };
            let on = value.get_ref().as_bool().ok_or_else(|| self.complaint(value, "expected true or false"))?;
            if on {
                style = style.add_modifier(modifier);
            }
        }
        Ok(style)
    }

    fn mode(&self, value: &Spanned<DeValue>) -> Result<Mode, String> {
        match self.string(value)? {
            "dark" => Ok(Mode::Dark),
            "light" => Ok(Mode::Light),
            "any" => Ok(Mode::Any),
            other => Err(self.complaint(value, &format!("unknown mode `{other}`; the modes are dark, light, any"))),
        }
    }

    fn colors(&self, value: &Spanned<DeValue>) -> Result<Vec<Color>, String> {
        let array: &DeArray = value.get_ref().as_array().ok_or_else(|| self.complaint(value, "expected a list"))?;
        array.iter().map(|item| self.color(item)).collect()
    }

    fn color(&self, value: &Spanned<DeValue>) -> Result<Color, String> {
        let name = self.string(value)?;
        let of_palette = self.palette.iter().find_map(|(known, color)| (known == name).then_some(*color));
        of_palette.or_else(|| color::parse(name)).ok_or_else(|| {
            let known = "#rrggbb, one of the sixteen (red, bright-red, …), default, 0–255 or a name of [palette]";
            self.complaint(value, &format!("unknown colour `{name}`; a colour is {known}"))
        })
    }

    fn string<'v>(&self, value: &'v Spanned<DeValue>) -> Result<&'v str, String> {
        value.get_ref().as_str().ok_or_else(|| self.complaint(value, "expected a text in quotes"))
    }

    fn table<'v, 'i>(&self, value: &'v Spanned<DeValue<'i>>) -> Result<&'v DeTable<'i>, String> {
        value.get_ref().as_table().ok_or_else(|| self.complaint(value, "expected a table"))
    }

    fn complaint<T>(&self, at: &Spanned<T>, message: &str) -> String {
        format!("line {}: {message}", line_of(self.text, at.span().start))
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(text: &str) -> String {
        parse(text, |name| Err(format!("no theme `{name}`"))).unwrap_err()
    }

    #[test]
    fn a_complaint_names_the_line_and_the_name() {
        for (text, start) in [
            ("name = \"x\"\n[roles]\nmutd = \"red\"", "line 3: unknown role `mutd`"),
            ("[roles]\ntext = \"reddish\"", "line 2: unknown colour `reddish`"),
            ("[palette]\n\ngold = \"#12\"", "line 3: unknown colour `#12`"),
            ("[roles]\nselection = { fg = \"red\", blink = true }", "line 2: unknown `blink`"),
            ("[roles]\nkey = { bold = \"yes\" }", "line 2: expected true or false"),
            ("[ramps]\nheat = [\"red\", \"green\"]", "line 2: unknown ramp `heat`"),
            ("[ramps]\ncost = [\"red\"]", "line 2: `cost` needs two or three colours"),
            ("[series]\ncolors = []", "line 2: `colors` needs at least one"),
            ("mode = \"dusk\"", "line 1: unknown mode `dusk`"),
            ("colour = 1", "line 1: unknown `colour`"),
            ("inherits = \"nobody\"", "line 1: no theme `nobody`"),
            ("[roles", "line 1: "),
            ("name = 3", "line 1: expected a text"),
        ] {
            let said = complaint(text);
            assert!(said.starts_with(start), "{text:?} said {said:?}");
            assert!(!said.contains('\n'), "{said:?}");
        }
    }

    #[test]
    fn a_palette_outranks_the_sixteen_names_and_may_stand_last() {
        let text = "[roles]\nbad = \"red\"\n[palette]\nred = \"#f38ba8\"";
        let file = parse(text, |_| Err(String::new())).unwrap();
        assert_eq!(file.said[Role::Bad as usize], Some(Style::new().fg(Color::Rgb(0xf3, 0x8b, 0xa8))));
    }

    #[test]
    fn what_is_inherited_stays_where_nothing_is_said() {
        let parent = |_: &str| parse("[roles]\nbad = \"red\"\ngood = \"green\"", |_| Err(String::new()));
        let file = parse("inherits = \"p\"\n[roles]\nbad = \"magenta\"", parent).unwrap();
        assert_eq!(file.said[Role::Bad as usize], Some(Style::new().fg(Color::Magenta)));
        assert_eq!(file.said[Role::Good as usize], Some(Style::new().fg(Color::Green)));
    }
}
