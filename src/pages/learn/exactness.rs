//! How exact the assignors are: what the last comparisons with released Kafka found.
//!
//! The numbers are those that `cargo xtask conformance --record` wrote; none stands here.

use crate::components::prose;
use yew::prelude::*;

/// A line per release, assignor and shape, under a line with the fields' names.
const RESULTS: &str = include_str!("../../../tests/conformance/results.tsv");

/// A comparison with one release.
#[derive(Debug, PartialEq, Eq)]
struct Run<'a> {
    kafka: &'a str,
    seed: &'a str,
    cases: u64,
    differences: u64,
}

fn runs(results: &str) -> Vec<Run<'_>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    for line in results.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[kafka, _java, seed, _assignor, _shape, cases, differences] = fields.as_slice() else {
            continue;
        };
        let (Ok(cases), Ok(differences)) = (cases.parse::<u64>(), differences.parse::<u64>())
        else {
            continue;
        };
        match runs.last_mut() {
            Some(run) if run.kafka == kafka => {
                run.cases += cases;
                run.differences += differences;
            }
            _ => runs.push(Run {
                kafka,
                seed,
                cases,
                differences,
            }),
        }
    }
    runs
}

impl Run<'_> {
    fn sentence(&self) -> String {
        let Run {
            kafka,
            seed,
            cases,
            differences,
        } = self;
        let found = match differences {
            0 => format!("Equal to Kafka {kafka} on {cases} random groups, seed {seed}"),
            _ => format!(
                "Unlike Kafka {kafka} on {differences} of {cases} random groups, seed {seed}"
            ),
        };
        format!("{found}: `cargo xtask conformance --kafka {kafka} --cases {cases} --seed {seed}`")
    }
}

/// What was compared, and how to do it again.
pub fn exactness() -> Html {
    html! {
        <section class="learn__section" aria-label="How exact this is" data-testid="exactness">
            <h2>{ "How exact this is" }</h2>
            <p class="learn__lead">
                { "Assignments here are computed as Kafka's own classes compute them. That is checked against the \
                   released jars, list by list and error by error. Do it again in a checkout of this project:" }
            </p>
            <ul>
                for run in runs(RESULTS) {
                    <li key={run.kafka.to_owned()}>{ prose(&run.sentence()) }</li>
                }
            </ul>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_release_add_up() {
        let results = "kafka\tjava\n4.3.0\t17\t7\trange\thistory\t10\t0\n\
                       4.3.0\t17\t7\trange\tracks\t5\t1\n3.9.2\t17\t8\trange\tracks\t4\t0\n";
        let runs = runs(results);
        assert_eq!(runs.len(), 2);
        assert_eq!(
            runs[0].sentence(),
            "Unlike Kafka 4.3.0 on 1 of 15 random groups, seed 7: \
             `cargo xtask conformance --kafka 4.3.0 --cases 15 --seed 7`"
        );
        assert!(
            runs[1]
                .sentence()
                .starts_with("Equal to Kafka 3.9.2 on 4 random groups")
        );
    }
}
