//! The table of times, and which goals they reach.
//!
//! What else runs on the machine only ever adds to a time. So goals are judged by the shortest run of
//! each program; the ratios of medians stand beside, to show how noisy the machine was.

use std::process::ExitCode;

use super::{NOT_FOR_JAVA, Time, Times};

/// How many times as fast as Java some cases are to be.
struct Goal {
    what: &'static str,
    /// Cases with this in their names.
    part: &'static str,
    wasm: bool,
    least: f64,
}

const GOALS: [Goal; 3] = [
    Goal {
        what: "native, equal subscriptions",
        part: "equal",
        wasm: false,
        least: 5.0,
    },
    Goal {
        what: "native, mixed subscriptions",
        part: "mixed",
        wasm: false,
        least: 20.0,
    },
    Goal {
        what: "WebAssembly",
        part: "",
        wasm: true,
        least: 2.0,
    },
];

/// Two shapes, the second with a hundred times the partitions of the first.
const SMALL: &str = "equal 100x100x1000";
const LARGE: &str = "equal 1000x1000x10000";

/// A case as all three programs ran it, if they did.
struct Row<'a> {
    name: &'a str,
    native: &'a Time,
    node: Option<&'a Time>,
    java: Option<&'a Time>,
}

/// Prints the table; fails if two programs assigned differently.
pub(super) fn print(native: &Times, node: &Times, java: &Times) -> ExitCode {
    let mut rows: Vec<Row<'_>> = native
        .0
        .iter()
        .map(|(name, time)| Row {
            name,
            native: time,
            node: node.0.get(name),
            java: java.0.get(name),
        })
        .collect();
    rows.sort_by_key(|row| row.native.place);
    println!(
        "\n{:<46}{:^21}{:^21}{:^21}{:^16}{:^16}",
        "", "native", "WebAssembly", "Java", "Java / native", "Java / Wasm"
    );
    let columns = format!("{:>10} {:>10}", "min", "median").repeat(3);
    let ratios = format!("{:>8}{:>8}", "min", "median").repeat(2);
    println!("{:<46}{columns}{ratios}", "");
    let mut differences = 0;
    for row in &rows {
        println!("{}", row.line());
        for (program, other) in [("WebAssembly", row.node), ("Java", row.java)] {
            if other.is_some_and(|other| other.digest != row.native.digest) {
                println!("  {program} assigned differently");
                differences += 1;
            }
        }
    }
    println!(
        "\n{} cases, {differences} with other assignments than Java. Not asked of Java, which would \
         take hours: {NOT_FOR_JAVA}.\n\nGoals, by the shortest runs",
        rows.len()
    );
    for goal in GOALS {
        println!("{}", goal.reached(&rows));
    }
    println!("{}", growth(&rows, SMALL, LARGE));
    if differences == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

impl Goal {
    /// How many cases reach it, and which don't.
    fn reached(&self, rows: &[Row<'_>]) -> String {
        let Self { what, least, .. } = self;
        let rows = rows.iter().filter(|row| row.name.contains(self.part));
        let ratios = rows.filter_map(|row| {
            let ours = if self.wasm { row.node? } else { row.native };
            Some((row.java?.min() / ours.min(), row.name))
        });
        let mut ratios: Vec<_> = ratios.collect();
        ratios.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let (all, missed) = (
            ratios.len(),
            ratios.partition_point(|(ratio, _)| ratio < least),
        );
        let reached = all - missed;
        let first = format!(
            "  {what}: {reached} of {all} cases at least {least} times as fast as Java; least"
        );
        let slowest = ratios.iter().take(missed.max(1));
        let slowest = slowest.map(|(ratio, name)| format!("\n    {ratio:.1}  {name}"));
        std::iter::once(first).chain(slowest).collect()
    }
}

/// By how much the time grows with the group, for the assignor where that is most.
fn growth(rows: &[Row<'_>], small: &str, large: &str) -> String {
    let of = |row: &Row<'_>| {
        let name = row.name.replace(large, small);
        let before = rows.iter().find(|other| other.name == name)?;
        let factor = row.native.min() / before.native.min();
        (row.name != before.name).then(|| (factor, row.name.replace(large, "…")))
    };
    let most = rows
        .iter()
        .filter_map(of)
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    most.map_or_else(String::new, |(factor, name)| {
        format!("  from {small} to {large}: at most {factor:.0} times the time ({name})")
    })
}

impl Row<'_> {
    fn line(&self) -> String {
        let times = |time: &Time| format!("{:>10} {:>10}", shown(time.min()), shown(time.median()));
        let ratios = |ours: Option<&Time>| {
            ours.zip(self.java).map_or(String::new(), |(ours, java)| {
                let (min, median) = (java.min() / ours.min(), java.median() / ours.median());
                format!("{min:>8.1}{median:>8.1}")
            })
        };
        let blank = " ".repeat(21);
        format!(
            "{:<46}{}{}{}{}{}",
            self.name,
            times(self.native),
            self.node.map_or(blank, times),
            self.java.map_or(format!("{:^21}", "takes too long"), times),
            ratios(Some(self.native)),
            ratios(self.node),
        )
    }
}

/// With a unit in which the number is short.
fn shown(microseconds: f64) -> String {
    match microseconds {
        us if us < 1e3 => format!("{us:.1} µs"),
        us if us < 1e6 => format!("{:.1} ms", us / 1e3),
        us => format!("{:.1} s", us / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(text: &str) -> Times {
        Times::read(text).unwrap()
    }

    #[test]
    fn goals_are_judged_by_the_shortest_runs() {
        let native = times("a, equal 1\t0\t2.0 9.0\nb, equal 1\t0\t1.0 1.0\n");
        let java = times("a, equal 1\t0\t11.0 20.0\nb, equal 1\t0\t4.9 90.0\n");
        let rows: Vec<_> = ["a, equal 1", "b, equal 1"]
            .iter()
            .map(|name| Row {
                name,
                native: &native.0[*name],
                node: None,
                java: java.0.get(*name),
            })
            .collect();
        let [equal, mixed, _] = GOALS;
        let text = equal.reached(&rows);
        assert!(text.contains("1 of 2 cases at least 5"), "{text}");
        assert!(text.ends_with("least\n    4.9  b, equal 1"), "{text}");
        assert!(mixed.reached(&rows).contains("0 of 0"));
    }

    #[test]
    fn growth_is_that_of_the_worst_assignor() {
        let native = times("a, s\t0\t2.0\nb, s\t0\t1.0\na, l\t0\t200.0\nb, l\t0\t150.0\n");
        let rows: Vec<_> = native
            .0
            .iter()
            .map(|(name, native)| Row {
                name,
                native,
                node: None,
                java: None,
            })
            .collect();
        assert_eq!(
            growth(&rows, ", s", ", l"),
            "  from , s to , l: at most 150 times the time (b…)"
        );
    }

    #[test]
    fn times_are_shown_with_their_unit() {
        assert_eq!(shown(12.34), "12.3 µs");
        assert_eq!(shown(1234.5), "1.2 ms");
        assert_eq!(shown(2.0e6), "2.0 s");
    }
}
