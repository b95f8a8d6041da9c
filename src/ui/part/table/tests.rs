//! Pictures of small tables, and what is asked of their rows.

use ratatui::style::Color;

use super::*;
use crate::ui::glyphs::GlyphSet;
use crate::ui::part::testing::{check, text, text_in};

static COLUMNS: [Column; 3] = [
    Column::left("MODEL", Width::Grow(6), 0),
    Column::right("COST", Width::Fixed(6), 0),
    Column::right("TOOK", Width::Fixed(5), 1),
];

fn table<'a>(rows: usize) -> Table<'a> {
    Table { columns: &COLUMNS, rows, ..Table::default() }
}

fn cells<'a>(index: usize) -> Vec<Line<'a>> {
    vec![Line::from(format!("model-{index}")), Line::from(format!("${index}")), Line::from("0.7s")]
}

#[test]
fn head_rows_cursor_and_bar() {
    let table = Table { selected: Some(3), top: 2, sort: Some((1, true)), ..table(100) };
    check(
        &text(24, 5, |ink, area, buf| {
            table.draw(ink, area, buf, cells);
        }),
        "
        | MODEL      COST▾  TOOK
        | model-2       $2  0.7s▲
        |▸model-3       $3  0.7s┃
        | model-4       $4  0.7s│
        | model-5       $5  0.7s▼
        "
        .replace("        |", "        ")
        .as_str(),
    );
}

#[test]
fn the_total_follows_the_last_row_and_stays_on_the_screen() {
    let total = || Some(vec![Line::from("total"), Line::from("$9"), Line::from("")]);
    let drawn = |rows, height| {
        let table = Table { total: total(), ..table(rows) };
        text(22, height, |ink, area, buf| {
            table.draw(ink, area, buf, cells);
        })
    };
    let few = drawn(1, 5);
    assert!(few.lines().nth(2).unwrap().contains("total"), "{few}");
    let many = drawn(50, 4);
    assert!(many.lines().nth(3).unwrap().contains("total"), "{many}");
}

#[test]
fn only_rows_on_the_screen_are_made() {
    let mut asked = Vec::new();
    text(30, 6, |ink, area, buf| {
        let drawn = Table { top: 999_000, ..table(1_000_000) }.draw(ink, area, buf, |index| {
            asked.push(index);
            cells(index)
        });
        assert_eq!(drawn.shown, 999_000..999_005);
    });
    assert_eq!(asked, [999_000, 999_001, 999_002, 999_003, 999_004]);
}

#[test]
fn a_click_finds_its_heading_and_its_row() {
    text(24, 6, |ink, area, buf| {
        let drawn = Table { top: 4, ..table(7) }.draw(ink, area, buf, cells);
        let headings: Vec<_> = drawn.headings().map(|(index, area)| (index, area.x, area.width, area.y)).collect();
        assert_eq!(headings, [(0, 1, 10, 0), (1, 11, 7, 0), (2, 18, 6, 0)]);
        assert_eq!((drawn.body.y, drawn.shown.start), (1, 2));
        assert_eq!(drawn.columns().collect::<Vec<_>>(), [0, 1, 2]);
    });
}

#[test]
fn the_selected_row_is_one_colour_from_edge_to_edge() {
    text(20, 3, |ink, area, buf| {
        let red = |index| vec![Line::styled("x", Color::Red), Line::from(format!("{index}")), Line::from("")];
        let drawn = Table { selected: Some(0), cell: Some(1), ..table(2) }.draw(ink, area, buf, red);
        for x in drawn.body.left()..drawn.body.right() {
            assert!(buf[(x, 1)].modifier.contains(Modifier::REVERSED));
            assert_eq!(buf[(x, 1)].fg, Color::Reset);
        }
        assert_eq!(buf[(1, 2)].fg, Color::Red);
        let underlined = |x: u16| buf[(x, 1)].modifier.contains(Modifier::UNDERLINED);
        assert!(!underlined(1) && underlined(14));
    });
}

#[test]
fn a_long_cell_is_cut_and_a_narrow_table_drops_a_column() {
    let long = |_| vec![Line::from("a-model-with-a-long-name"), Line::from("$1"), Line::from("0.7s")];
    let shown = text_in(GlyphSet::Ascii, 16, 2, |ink, area, buf| {
        table(1).draw(ink, area, buf, long);
    });
    assert_eq!(shown.lines().nth(1), Some(" a-mode~     $1 "));
}

#[test]
fn no_size_does_harm() {
    for width in 0..30 {
        for height in 0..5 {
            text(width, height, |ink, area, buf| {
                let table = Table { selected: Some(9), total: Some(cells(0)), sort: Some((0, false)), ..table(3) };
                table.draw(ink, area, buf, cells);
                table.draw(ink, Rect::new(90, 90, 9, 9), buf, cells);
            });
        }
    }
}
