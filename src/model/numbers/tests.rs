//! Tables of numbers and how they are written.

use proptest::prelude::*;

use super::*;

fn usd(text: &str) -> Option<Usd> {
    Usd::parse(text)
}

#[test]
fn money_has_as_many_digits_as_matter() {
    for (amount, shown) in [
        ("0", "$0"),
        ("-0", "$0"),
        ("0.0042", "$0.0042"),
        ("0.0228", "$0.023"),
        ("0.005", "$0.005"),
        ("0.42", "$0.42"),
        ("0.1", "$0.10"),
        ("0.09996", "$0.10"),
        ("0.000042", "$0.000042"),
        ("0.0000000001", "$0"),
        ("0.000000001", "<$0.000001"),
        ("12.4", "$12.40"),
        ("31", "$31"),
        ("-31", "−$31"),
        ("-0.0042", "−$0.0042"),
        ("999.99", "$999.99"),
        ("999.996", "$1.0k"),
        ("1234", "$1.2k"),
        ("99960", "$100k"),
        ("1240000", "$1.24M"),
    ] {
        assert_eq!(money(usd(amount)), shown, "{amount}");
    }
    assert_eq!(money(None), UNKNOWN);
    assert_eq!(money(Usd(i64::MIN)), "−$9.22B");
}

#[test]
fn a_column_of_money_keeps_its_places_and_its_width() {
    for (amount, four, two) in [
        ("0", "$0", "$0"),
        ("0.0228", "$0.0228", "$0.02"),
        ("0.0009", "$0.0009", "<$0.01"),
        ("0.00003", "<$0.0001", "<$0.01"),
        ("6.12", "$6.1200", "$6.12"),
        ("9.999", "$10.00", "$10.00"),
        ("12.3456", "$12.35", "$12.35"),
        ("1234.5", "$1,235", "$1,235"),
        ("123999", "$124k", "$124k"),
        ("-12.3456", "−$12.35", "−$12.35"),
    ] {
        assert_eq!(money_places(usd(amount), 4), four, "{amount}");
        assert_eq!(money_places(usd(amount), 2), two, "{amount}");
    }
    assert_eq!(money_places(None, 2), UNKNOWN);
}

#[test]
fn a_bill_is_exact() {
    assert_eq!(money_exact(usd("0.022807")), "$0.022807");
    assert_eq!(money_exact(usd("0")), "$0.000000");
    assert_eq!(money_exact(usd("-1234.5")), "−$1,234.500000");
}

#[test]
fn counts_take_three_digits_or_so() {
    for (count, shown) in [
        (0u64, "0"),
        (812, "812"),
        (999, "999"),
        (1_000, "1.0k"),
        (1_949, "1.9k"),
        (19_636, "19.6k"),
        (99_949, "99.9k"),
        (99_950, "100k"),
        (323_400, "323k"),
        (999_499, "999k"),
        (999_500, "1.00M"),
        (1_200_000, "1.20M"),
        (12_345_678, "12.3M"),
        (345_678_901, "346M"),
        (1_234_567_890, "1.23B"),
        (u64::MAX, "18446744T"),
    ] {
        assert_eq!(tokens(Some(count)), shown, "{count}");
    }
    assert_eq!(tokens(None::<u32>), UNKNOWN);
    assert_eq!(grouped(2_422u32), "2,422");
    assert_eq!(grouped(999u32), "999");
    assert_eq!(grouped(1_234_567u32), "1,234,567");
}

#[test]
fn times_keep_four_or_five_cells() {
    for (millis, shown) in [
        (0u32, "0s"),
        (35, "35ms"),
        (99, "99ms"),
        (100, "0.1s"),
        (700, "0.7s"),
        (11_800, "11.8s"),
        (59_949, "59.9s"),
        (59_950, "1m00s"),
        (125_000, "2m05s"),
        (3_599_499, "59m59s"),
        (3_599_500, "1h00m"),
        (3_720_000, "1h02m"),
        (273_600_000, "3d04h"),
    ] {
        assert_eq!(seconds(Some(millis)), shown, "{millis}");
    }
    assert_eq!(seconds(None::<u32>), UNKNOWN);
    for (nanos, shown) in [
        (0u64, "<1ms"),
        (40, "<1µs"),
        (470_000, "470µs"),
        (999_500, "1.0ms"),
        (3_440_000, "3.4ms"),
        (350_000_000, "350ms"),
        (999_600_000, "1.0s"),
        (125_000_000_000, "2m05s"),
    ] {
        assert_eq!(duration(Some(nanos)), shown, "{nanos}");
    }
}

#[test]
fn only_nothing_is_none_and_only_all_is_all() {
    for (share, one, whole) in [
        (0.0, "0.0%", "0%"),
        (-0.0, "0.0%", "0%"),
        (0.0001, "<0.1%", "<1%"),
        (0.015, "1.5%", "2%"),
        (0.142, "14.2%", "14%"),
        (0.9999, "99.9%", "99%"),
        (1.0, "100%", "100%"),
        (12.34, "1,234%", "1,234%"),
        (-0.5, "−50.0%", "−50%"),
    ] {
        assert_eq!(percent(share), one, "{share}");
        assert_eq!(percent_whole(share), whole, "{share}");
    }
    for nothing in [None, Some(f64::NAN), Some(f64::INFINITY)] {
        assert_eq!(percent(nothing), UNKNOWN);
        assert_eq!(percent_whole(nothing), UNKNOWN);
        assert_eq!(change(nothing), UNKNOWN);
        assert_eq!(times(nothing), UNKNOWN);
        assert_eq!(confidence(nothing), UNKNOWN);
    }
}

#[test]
fn changes_carry_their_sign() {
    for (share, shown) in [(0.18, "+18%"), (-0.8, "−80%"), (0.0, "±0%"), (-0.0, "±0%"), (12.5, "+1,250%")] {
        assert_eq!(change(share), shown);
    }
    assert_eq!(times(2.0), "×2.00");
}

#[test]
fn marks_beside_a_graph_are_short() {
    assert_eq!([0.24, 0.12, 0.0].map(money_mark), ["$0.24", "$0.12", "$0"]);
    assert_eq!([12_000.0, 600.0, 0.0].map(seconds_mark), ["12s", "0.6s", "0s"]);
    assert_eq!([50_000.0, 1_200_000.0, 800.0, 0.0].map(tokens_mark), ["50k", "1.2M", "800", "0"]);
    assert_eq!([0.05, 0.025, 1.0].map(percent_mark), ["5%", "2.5%", "100%"]);
    for mark in [money_mark, seconds_mark, tokens_mark, percent_mark] {
        assert_eq!(mark(f64::NAN), UNKNOWN);
    }
}

#[test]
fn confidence_takes_three_cells() {
    for (value, shown) in
        [(0.97, ".97"), (0.41, ".41"), (0.0, ".00"), (0.999, ".99"), (1.0, "1.0"), (95.0, "1.0"), (-1.0, ".00")]
    {
        assert_eq!(confidence(value), shown);
    }
}

#[test]
fn ages_and_sizes_have_words() {
    for (millis, shown) in [
        (-5_000, "now"),
        (1_900, "now"),
        (12_000, "12 s ago"),
        (240_000, "4 min ago"),
        (10_800_000, "3 h ago"),
        (259_200_000, "3 d ago"),
    ] {
        assert_eq!(age(millis), shown);
    }
    assert_eq!(age(None), UNKNOWN);
    for (size, shown) in [
        (812u64, "812 B"),
        (1_240, "1.2 kB"),
        (14_400, "14 kB"),
        (999_600, "1.0 MB"),
        (1_200_000_000, "1.2 GB"),
        (3_400_000_000_000, "3.4 TB"),
    ] {
        assert_eq!(bytes(Some(size)), shown);
    }
}

proptest! {
    #[test]
    fn nothing_false_is_ever_written(nanos: i64, count: u64, share: f64) {
        let texts = [
            money(Usd(nanos)), money_places(Usd(nanos), 4), money_exact(Usd(nanos)), tokens(Some(count)),
            grouped(count), seconds(Some(count)), duration(Some(count)), bytes(Some(count)), percent(share),
            percent_whole(share), change(share), times(share), confidence(share), age(nanos),
        ];
        for text in texts {
            prop_assert!(!text.is_empty());
            prop_assert!(!["NaN", "inf", "-"].iter().any(|wrong| text.contains(wrong)), "{}", text);
        }
        prop_assert!(nanos == 0 || money(Usd(nanos)).trim_start_matches('−') != "$0");
        prop_assert!(money_places(Usd(nanos.rem_euclid(90_000_000_000_000)), 4).len() <= 8);
    }
}

#[test]
fn a_second_currency_stands_in_four_digits() {
    let sek = Currency { code: "SEK".to_owned(), rate: 10.0, date: None };
    for (dollars, text, exact) in [
        (0.0, "SEK 0", "SEK 0.000000"),
        (0.000_05, "<SEK 0.01", "SEK 0.000500"),
        (0.31, "SEK 3.10", "SEK 3.100000"),
        (0.9996, "SEK 10.0", "SEK 9.996000"),
        (3.41, "SEK 34.1", "SEK 34.100000"),
        (9.996, "SEK 100", "SEK 99.960000"),
        (312.0, "SEK 3.1k", "SEK 3,120.000000"),
        (-0.31, "−SEK 3.10", "−SEK 3.100000"),
    ] {
        let usd = Usd::from_dollars(dollars).unwrap();
        assert_eq!((foreign(&sek, usd), foreign_exact(&sek, usd)), (text.to_owned(), exact.to_owned()));
    }
}

#[test]
fn differences_have_a_sign_and_chance_has_few_digits() {
    for (gap, text) in [(0.594, "+59 pt"), (-0.03, "−3 pt"), (0.001, "+<1 pt"), (0.0, "±0 pt"), (f64::NAN, "–")] {
        assert_eq!(points(gap), text);
    }
    for (q, text) in [
        (Some(1e-9), "q<.001"),
        (Some(0.0041), "q .004"),
        (Some(0.043), "q .04"),
        (Some(0.994), "q .99"),
        (Some(1.0), "q 1"),
        (None, "–"),
    ] {
        assert_eq!(chance(q), text);
    }
    for (nanos, text) in [(1_200_000_000, "+$1.20"), (-420_000_000, "−$0.42"), (0, "±$0")] {
        assert_eq!(more(Usd(nanos)), text);
    }
}

#[test]
fn a_span_has_two_units_at_most() {
    for (millis, text) in [
        (-5, "0 s"),
        (40_999, "40 s"),
        (3_599_999, "59 min"),
        (7_500_000, "2 h 5 min"),
        (7_200_000, "2 h"),
        (370_800_000, "4 d 7 h"),
    ] {
        assert_eq!(span(millis), text);
    }
}
