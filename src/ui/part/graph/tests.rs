//! Pictures of small graphs.

use ratatui::style::{Color, Modifier};

use super::*;
use crate::ui::glyphs::GlyphSet;
use crate::ui::part::testing::{check, text, text_in};
use crate::ui::theme::{Role, Theme};

fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

const HILL: [f64; 12] = [0.0, 1.0, 2.0, 4.0, 7.0, 8.0, 8.0, 6.0, 3.0, 2.0, 1.0, 0.0];

#[test]
fn an_area_in_each_set_of_glyphs() {
    let hill = some(&HILL);
    let drawn = |set, width| {
        text_in(set, width, 3, |ink, area, buf| {
            Graph::new(&hill, Ramp::Cost).draw(ink, area, buf);
        })
    };
    check(
        &drawn(GlyphSet::Braille, 6),
        "
          ⣾⣇
         ⢠⣿⣿⡀
        ⣠⣾⣿⣿⣷⣄
        ",
    );
    check(
        &drawn(GlyphSet::Block, 12),
        "
            ▅██▂
           ▄████▁
        ▁▃▆██████▆▃▁
        ",
    );
}

#[test]
fn labels_stand_beside_and_below_where_there_is_room() {
    let hill = some(&HILL);
    let label = |value: f64| format!("{value}");
    let ticks = [Tick { at: 0.0, label: "11:00".into() }, Tick { at: 1.0, label: "12:00".into() }];
    let drawn = |width, height| {
        text(width, height, |ink, area, buf| {
            Graph::new(&hill, Ramp::Cost).labels(&label).ticks(&ticks).draw(ink, area, buf);
        })
    };
    let large = drawn(20, 8);
    let rows: Vec<&str> = large.lines().collect();
    assert!(rows[0].starts_with("8 "), "{large}");
    assert!(rows[3].starts_with("4 "), "{large}");
    assert!(rows[6].starts_with("0 "), "{large}");
    assert_eq!(rows[7], "  11:00        12:00");
    let narrow = drawn(9, 4);
    assert!(!narrow.contains('8') && !narrow.contains("11"), "{narrow}");
}

#[test]
fn a_gap_is_blank_and_a_zero_is_a_line() {
    let samples = [Some(0.0), Some(0.0), None, None, Some(4.0), Some(4.0), Some(0.0), Some(4.0)];
    let shown = text(4, 1, |ink, area, buf| {
        Graph::new(&samples, Ramp::Cost).draw(ink, area, buf);
        assert_eq!(buf[(0, 0)].fg, ink.style(Role::Faint).fg.unwrap());
    });
    assert_eq!(shown, "⣀ ⣿⣸");
}

#[test]
fn the_colour_follows_the_height() {
    let samples = some(&[9.0, 9.0]);
    text(1, 3, |ink, area, buf| {
        Graph::new(&samples, Ramp::Cost).top(9.0).draw(ink, area, buf);
        assert_eq!([2, 1, 0].map(|y| buf[(0, y)].fg), [Color::Green, Color::Yellow, Color::Red]);
    });
}

#[test]
fn a_stacked_cell_belongs_to_the_layer_in_its_middle() {
    let (low, high) = (some(&[1.0, 1.0]), some(&[2.0, 2.0]));
    text(1, 3, |ink, area, buf| {
        Graph::stacked(&[&low, &high]).top(3.0).draw(ink, area, buf);
        let series = |index| ink.theme.series(index);
        assert_eq!([2, 1, 0].map(|y| buf[(0, y)].fg), [series(0), series(1), series(1)]);
        assert_eq!([2, 1, 0].map(|y| buf[(0, y)].symbol()), ["⣿"; 3]);
    });
}

#[test]
fn a_ghost_shows_only_where_nothing_is_drawn() {
    let (now, then) = (some(&[1.0, 1.0, 2.0, 2.0]), some(&[2.0, 2.0, 1.0, 1.0]));
    text(2, 2, |ink, area, buf| {
        Graph::new(&now, Ramp::Cost).ghost(&then).draw(ink, area, buf);
        let symbols = [(0, 0), (0, 1), (1, 0), (1, 1)].map(|at| buf[at].symbol().to_owned());
        assert_eq!(symbols, ["░", "⣿", "⣿", "⣿"]);
        assert_eq!(buf[(0, 0)].fg, ink.style(Role::Muted).fg.unwrap());
    });
}

#[test]
fn a_ghost_is_like_no_data_in_any_set_of_glyphs() {
    let (now, then) = (some(&[0.0, 0.0, 8.0]), some(&[8.0, 3.0, 8.0]));
    for set in GlyphSet::ALL {
        let shown = text_in(set, 6, 4, |ink, area, buf| {
            Graph::new(&now, Ramp::Cost).ghost(&then).draw(ink, area, buf);
        });
        let ghost = set.glyphs().ghost.chars().next().unwrap();
        assert_eq!(shown.matches(ghost).count(), 8 + 4, "{shown}");
        assert!(!set.glyphs().heights.contains(&set.glyphs().ghost));
    }
}

#[test]
fn a_tower_is_cut_and_marked_so_that_the_rest_is_seen() {
    let mut values = vec![1.0; 20];
    values[5] = 100.0;
    let samples = some(&values);
    let drawn = |graph: Graph| text(10, 4, |ink, area, buf| _ = graph.draw(ink, area, buf));
    let whole = drawn(Graph::new(&samples, Ramp::Cost));
    assert_eq!(whole.lines().next().unwrap().trim(), "⢸", "{whole}");
    let cut = drawn(Graph::new(&samples, Ramp::Cost).cuts());
    check(
        &cut,
        "
        | ▲
        | ⢸
        ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿
        ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿
        "
        .replace('|', " ")
        .as_str(),
    );
    // Twice as high is no tower.
    values[5] = 2.0;
    let even = some(&values);
    assert!(!drawn(Graph::new(&even, Ramp::Cost).cuts()).contains('▲'));
}

#[test]
fn what_is_not_known_is_marked_and_not_drawn_as_nothing() {
    let samples = [Some(4.0), None, Some(0.0), None];
    let shown = text(4, 2, |ink, area, buf| {
        Graph::new(&samples, Ramp::Cost).unknown(&[false, true, false, false]).draw(ink, area, buf);
    });
    check(
        &shown,
        "
        ⣿
        ⣿?⣀
        ",
    );
}

#[test]
fn a_layer_has_the_colour_that_is_its_own() {
    let (low, high) = (some(&[1.0, 1.0]), some(&[2.0, 2.0]));
    text(1, 3, |ink, area, buf| {
        Graph::stacked(&[&low, &high]).hues(&[4, 2]).top(3.0).draw(ink, area, buf);
        assert_eq!([2, 1].map(|y| buf[(0, y)].fg), [ink.theme.series(4), ink.theme.series(2)]);
    });
}

#[test]
fn a_column_knows_its_samples_and_back() {
    let samples = some(&[1.0; 60]);
    text(40, 4, |ink, area, buf| {
        let label = |_: f64| "$1".to_owned();
        let plot = Graph::new(&samples, Ramp::Cost).labels(&label).cursor(Some(59)).draw(ink, area, buf);
        assert_eq!(plot.area.x, 3);
        assert_eq!(plot.samples_at(2), None);
        assert_eq!(plot.samples_at(3).unwrap().start, 0);
        assert_eq!(plot.samples_at(39).unwrap().end, 60);
        for sample in 0..60 {
            let columns = plot.columns_of(sample);
            assert!(columns.width > 0);
            assert!(plot.samples_at(columns.x).unwrap().contains(&sample));
        }
        assert!(buf[(39, 0)].modifier.contains(Modifier::REVERSED));
        assert!(!buf[(3, 0)].modifier.contains(Modifier::REVERSED));
    });
}

#[test]
fn a_spark_is_as_wide_as_asked() {
    let theme = Theme::default();
    let ink = Ink { theme: &theme, glyphs: GlyphSet::Braille.glyphs() };
    let line = |samples: &[Option<f64>], width| -> String {
        spark(ink, samples, &[], Ramp::Cost, None, width).iter().map(|span| span.content.as_ref()).collect()
    };
    // Never a whole cell: rows of a table must not run into one another.
    assert_eq!(line(&[Some(0.0), Some(4.0), None, Some(8.0)], 4), "▁▄ ▇");
    assert_eq!(line(&[], 3), "   ");
    assert_eq!(line(&some(&[0.0; 9]), 5), "▁▁▁▁▁");
    assert_eq!(line(&some(&HILL), 0), "");
}

#[test]
fn nothing_to_draw_draws_nothing_and_odd_sizes_do_no_harm() {
    for samples in [vec![], vec![None; 5], some(&[f64::NAN, f64::INFINITY]), some(&[0.0])] {
        for (width, height) in [(0, 0), (1, 1), (1, 9), (9, 1), (3, 30)] {
            text(width, height, |ink, area, buf| {
                let label = |value: f64| format!("{value}");
                let graph = Graph::new(&samples, Ramp::Cost).labels(&label).ghost(&samples).cursor(Some(3));
                graph.draw(ink, area, buf);
                graph.draw(ink, Rect::new(100, 100, 5, 5), buf);
            });
        }
    }
}
