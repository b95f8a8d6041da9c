//! Colours as numbers: mixing and nearness in Oklab, contrast as WCAG counts it, names as a theme writes them.
//!
//! Oklab because a mix there passes through no mud and a nearest colour looks nearest; both go wrong in RGB.

use ratatui::style::Color;

type Rgb = (u8, u8, u8);

/// The sixteen colours by the names that a theme uses. `default` is the terminal's own.
static NAMES: [(&str, Color); 17] = [
    ("default", Color::Reset),
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::Gray),
    ("bright-black", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
];

/// What xterm shows for them; other terminals differ, so these serve only to find the nearest.
static XTERM: [(Color, Rgb); 16] = [
    (Color::Black, (0, 0, 0)),
    (Color::Red, (205, 0, 0)),
    (Color::Green, (0, 205, 0)),
    (Color::Yellow, (205, 205, 0)),
    (Color::Blue, (0, 0, 238)),
    (Color::Magenta, (205, 0, 205)),
    (Color::Cyan, (0, 205, 205)),
    (Color::Gray, (229, 229, 229)),
    (Color::DarkGray, (127, 127, 127)),
    (Color::LightRed, (255, 0, 0)),
    (Color::LightGreen, (0, 255, 0)),
    (Color::LightYellow, (255, 255, 0)),
    (Color::LightBlue, (92, 92, 255)),
    (Color::LightMagenta, (255, 0, 255)),
    (Color::LightCyan, (0, 255, 255)),
    (Color::White, (255, 255, 255)),
];

/// `#cdd6f4`, `bright-red`, `default` or the number of one of the 256.
pub fn parse(text: &str) -> Option<Color> {
    if let Some(hex) = text.strip_prefix('#') {
        return parse_hex(hex);
    }
    NAMES
        .iter()
        .find_map(|(name, color)| (*name == text).then_some(*color))
        .or_else(|| text.parse().ok().map(Color::Indexed))
}

/// `cdd6f4`.
pub fn parse_hex(hex: &str) -> Option<Color> {
    if hex.len() != 6 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let number = u32::from_str_radix(hex, 16).ok()?;
    let [_, red, green, blue] = number.to_be_bytes();
    Some(Color::Rgb(red, green, blue))
}

/// `None` for the terminal's own colour, which nobody knows.
pub fn rgb(color: Color) -> Option<Rgb> {
    match color {
        Color::Rgb(red, green, blue) => Some((red, green, blue)),
        Color::Indexed(index @ 16..) => Some(indexed(index)),
        Color::Indexed(index) => Some(XTERM[usize::from(index)].1),
        other => XTERM.iter().find_map(|(color, rgb)| (*color == other).then_some(*rgb)),
    }
}

/// The 240 fixed colours of the 256: a 6×6×6 cube, then 24 greys. `index` is at least 16.
fn indexed(index: u8) -> Rgb {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    if index >= 232 {
        let grey = 8 + 10 * (index - 232);
        return (grey, grey, grey);
    }
    let cube = usize::from(index - 16);
    (STEPS[cube / 36], STEPS[cube / 6 % 6], STEPS[cube % 6])
}

/// The nearest of the 240 fixed ones; the first sixteen are left alone, because users change those.
pub fn nearest_256(color: Color) -> Color {
    let Color::Rgb(red, green, blue) = color else { return color };
    let wanted = oklab((red, green, blue));
    let nearest = (16..=255u8).min_by(|a, b| distance(wanted, indexed(*a)).total_cmp(&distance(wanted, indexed(*b))));
    nearest.map_or(color, Color::Indexed)
}

/// The nearest of the sixteen that `fits`; the colour itself where none does. Pastels are compared as the full colours
/// they are tints of: plainly nearest to a soft green is yellow, and to a soft yellow white.
pub fn nearest_16(color: Color, fits: impl Fn(Color) -> bool) -> Color {
    let (Color::Rgb(..) | Color::Indexed(16..)) = color else { return color };
    let Some(wanted) = rgb(color).map(vivid) else { return color };
    let distance = |rgb: Rgb| distance_between(wanted, vivid(rgb));
    XTERM
        .iter()
        .filter(|(color, _)| fits(*color))
        .min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)))
        .map_or(color, |(color, _)| *color)
}

/// In Oklab, where the hue decides: lightness counts less, and the chroma of all that is not nearly grey or black is
/// brought to one strength.
fn vivid(rgb: Rgb) -> [f32; 3] {
    const STRENGTH: f32 = 0.25;
    let [light, a, b] = oklab(rgb);
    let chroma = a.hypot(b);
    let grey = chroma < 0.05 || light < 0.3;
    let scale = if grey { 1.0 } else { STRENGTH / chroma };
    [light * 0.4, a * scale, b * scale]
}

/// `share` of the way from one colour to the other. Where either is a name and no value, the nearer one as it is.
pub fn mix(from: Color, to: Color, share: f32) -> Color {
    let (Color::Rgb(..), Color::Rgb(..), Some(a), Some(b)) = (from, to, rgb(from), rgb(to)) else {
        return if share < 0.5 { from } else { to };
    };
    let (a, b) = (oklab(a), oklab(b));
    let (red, green, blue) = from_oklab(std::array::from_fn(|i| a[i] + (b[i] - a[i]) * share));
    Color::Rgb(red, green, blue)
}

/// From 1 to 21, as WCAG counts; `None` where one of them is the terminal's own.
pub fn contrast(a: Color, b: Color) -> Option<f32> {
    let (a, b) = (luminance(rgb(a)?), luminance(rgb(b)?));
    Some((a.max(b) + 0.05) / (a.min(b) + 0.05))
}

fn luminance((red, green, blue): Rgb) -> f32 {
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/// A kind of colour vision that lacks one sort of cone.
#[cfg(test)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vision {
    Protan,
    Deutan,
    Tritan,
}

#[cfg(test)]
impl Vision {
    pub const ALL: [Self; 3] = [Self::Protan, Self::Deutan, Self::Tritan];

    /// From linear sRGB to what is seen of it: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based
    /// Model for Simulation of Color Vision Deficiency", 2009, at full severity.
    fn matrix(self) -> [[f32; 3]; 3] {
        match self {
            Self::Protan => [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
            Self::Deutan => [
                [0.367_322, 0.860_646, -0.227_968],
                [0.280_085, 0.672_501, 0.047_413],
                [-0.011_820, 0.042_940, 0.968_881],
            ],
            Self::Tritan => [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        }
    }

    fn sees(self, (red, green, blue): Rgb) -> Rgb {
        let light = [linear(red), linear(green), linear(blue)];
        let [red, green, blue] =
            self.matrix().map(|row| row.iter().zip(light).map(|(share, light)| share * light).sum());
        (gamma(red), gamma(green), gamma(blue))
    }
}

/// How unlike two colours look to whoever sees them worst, as a distance in Oklab: 0.02 is just seen side by side.
/// `None` where one is the terminal's own.
#[cfg(test)]
pub fn apart(a: Color, b: Color) -> Option<f32> {
    let (a, b) = (rgb(a)?, rgb(b)?);
    let unlike = |a: Rgb, b: Rgb| distance(oklab(a), b).sqrt();
    Some(Vision::ALL.into_iter().map(|vision| unlike(vision.sees(a), vision.sees(b))).fold(unlike(a, b), f32::min))
}

fn distance(from: [f32; 3], to: Rgb) -> f32 {
    distance_between(from, oklab(to))
}

fn distance_between(from: [f32; 3], to: [f32; 3]) -> f32 {
    (0..3).map(|i| (from[i] - to[i]).powi(2)).sum()
}

fn linear(channel: u8) -> f32 {
    let value = f32::from(channel) / 255.0;
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn gamma(value: f32) -> u8 {
    let value = if value <= 0.003_130_8 { value * 12.92 } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
    (value.clamp(0.0, 1.0) * 255.0).round() as u8
}

/// The matrices are those of the definition of Oklab, from linear sRGB to cone responses to lightness and two axes.
fn oklab((red, green, blue): Rgb) -> [f32; 3] {
    let (red, green, blue) = (linear(red), linear(green), linear(blue));
    let long = (0.412_221_46 * red + 0.536_332_55 * green + 0.051_445_995 * blue).cbrt();
    let middle = (0.211_903_5 * red + 0.680_699_5 * green + 0.107_396_96 * blue).cbrt();
    let short = (0.088_302_46 * red + 0.281_718_85 * green + 0.629_978_7 * blue).cbrt();
    [
        0.210_454_26 * long + 0.793_617_8 * middle - 0.004_072_047 * short,
        1.977_998_5 * long - 2.428_592_2 * middle + 0.450_593_7 * short,
        0.025_904_037 * long + 0.782_771_77 * middle - 0.808_675_77 * short,
    ]
}

fn from_oklab([light, a, b]: [f32; 3]) -> Rgb {
    let long = (light + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
    let middle = (light - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
    let short = (light - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
    (
        gamma(4.076_741_7 * long - 3.307_711_6 * middle + 0.230_969_94 * short),
        gamma(-1.268_438 * long + 2.609_757_4 * middle - 0.341_319_4 * short),
        gamma(-0.004_196_086_3 * long - 0.703_418_6 * middle + 1.707_614_7 * short),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_oklab_and_back_loses_nothing() {
        for rgb in [(0, 0, 0), (255, 255, 255), (137, 180, 250), (243, 139, 168), (1, 2, 3)] {
            assert_eq!(from_oklab(oklab(rgb)), rgb);
        }
    }

    #[test]
    fn names_numbers_and_hex_are_read() {
        assert_eq!(parse("#cdd6f4"), Some(Color::Rgb(0xcd, 0xd6, 0xf4)));
        assert_eq!(parse("bright-black"), Some(Color::DarkGray));
        assert_eq!(parse("white"), Some(Color::Gray));
        assert_eq!(parse("default"), Some(Color::Reset));
        assert_eq!(parse("208"), Some(Color::Indexed(208)));
        for wrong in ["#cdd6f", "#cdd6fg", "#+12345", "reddish", "256", ""] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn contrast_is_what_wcag_says() {
        assert!(contrast(Color::White, Color::Black).unwrap() > 20.99);
        assert_eq!(contrast(Color::Reset, Color::Black), None);
        let grey = contrast(Color::Rgb(0x76, 0x76, 0x76), Color::White).unwrap();
        assert!((4.5..4.6).contains(&grey), "{grey}");
    }

    #[test]
    fn the_nearest_looks_nearest() {
        assert_eq!(nearest_256(Color::Rgb(255, 135, 0)), Color::Indexed(208));
        assert_eq!(nearest_256(Color::Rgb(8, 8, 8)), Color::Indexed(232));
        assert_eq!(nearest_16(Color::Rgb(220, 20, 20), |_| true), Color::Red);
        assert_eq!(nearest_16(Color::Rgb(220, 20, 20), |color| color != Color::Red), Color::LightRed);
        assert_eq!(nearest_16(Color::Rgb(30, 30, 46), |_| true), Color::Black);
        assert_eq!(nearest_16(Color::Rgb(205, 214, 244), |_| true), Color::Gray);
        assert_eq!(nearest_16(Color::Cyan, |_| true), Color::Cyan);
    }

    #[test]
    fn who_lacks_a_cone_confuses_what_differs_in_it_alone() {
        // Grey is grey to everyone; of a red and a green of one lightness little is left to a deutan.
        for vision in Vision::ALL {
            let (red, green, blue) = vision.sees((128, 128, 128));
            assert!([red, green, blue].iter().all(|channel| channel.abs_diff(128) <= 1), "{vision:?}");
        }
        let (red, green) = (Color::Rgb(0xc0, 0x60, 0x40), Color::Rgb(0x70, 0x80, 0x30));
        let plain = distance(oklab(rgb(red).unwrap()), rgb(green).unwrap()).sqrt();
        assert!(apart(red, green).unwrap() < plain / 2.0);
        assert!(apart(Color::Rgb(0, 0x72, 0xb2), Color::Rgb(0xe6, 0x9f, 0)).unwrap() > 0.2);
    }

    #[test]
    fn a_mix_of_names_is_one_of_them() {
        assert_eq!(mix(Color::Green, Color::Red, 0.4), Color::Green);
        assert_eq!(mix(Color::Green, Color::Red, 0.6), Color::Red);
        assert_eq!(mix(Color::Rgb(0, 0, 0), Color::Rgb(255, 255, 255), 1.0), Color::Rgb(255, 255, 255));
    }
}
