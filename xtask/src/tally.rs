//! Counts of passed and failed tests, read from what the test runners print.

use std::ops::AddAssign;

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// Reads one line of output. Two forms count: `test result: ok. 3 passed; 0 failed; …` of Rust's
    /// runners, and Playwright's closing lines, each a number and one word or a few (`3 passed (2.1s)`).
    /// A flaky test passed when it was asked again; Playwright names it. One that was interrupted or did not run
    /// has not passed.
    pub(crate) fn read(&mut self, line: &str) {
        if let Some((_, counts)) = line.split_once("test result: ") {
            for count in counts.split(['.', ';']) {
                self.count(count.trim());
            }
        } else if line.starts_with("  ") {
            self.count(line.trim());
        }
    }

    fn count(&mut self, text: &str) {
        let Some((number, outcome)) = text.split_once(' ') else {
            return;
        };
        let Ok(number) = number.parse::<u64>() else {
            return;
        };
        // Playwright appends the time to the last line.
        match outcome.split(" (").next().unwrap_or_default() {
            "passed" | "flaky" => self.passed += number,
            "failed" | "interrupted" | "did not run" => self.failed += number,
            _ => {}
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(output: &str) -> Tally {
        let mut tally = Tally::default();
        output.lines().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn rust_results_are_summed() {
        let output = "running 2 tests\ntest a ... ok\n\
            test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test result: FAILED. 40 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s\n";
        assert_eq!(
            read(output),
            Tally {
                passed: 42,
                failed: 3
            }
        );
    }

    #[test]
    fn playwright_results_are_summed() {
        let output = "Running 9 tests using 2 workers\n\n  ✓  1 smoke.spec.ts:3:1 › 4 passed (ok)\n\n  \
            2 failed\n    smoke.spec.ts:9:1 › loads\n  1 flaky\n  1 skipped\n  1 did not run\n  4 passed (2.3s)\n";
        assert_eq!(
            read(output),
            Tally {
                passed: 5,
                failed: 3
            }
        );
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(
            read("3 passed\nwarning: 2 failed\n  3 passed the gate\n"),
            Tally::default()
        );
    }
}
