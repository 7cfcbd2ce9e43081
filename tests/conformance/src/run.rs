//! A comparison, and what it found.

use std::collections::VecDeque;
use std::fmt::Write as _;

use anyhow::Result;

use crate::answer::Answer;
use crate::case::Case;
use crate::jvm::Jvm;
use crate::ours::Core;
use crate::plan::Source;
use crate::{generate, shrink};

/// How many cases wait for Java while the core goes on.
const AHEAD: usize = 200;

/// What was compared of one assignor and shape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// The assignor, as a case names it.
    pub assignor: String,
    /// The shape's name.
    pub shape: String,
    /// How many cases.
    pub cases: u64,
    /// In how many of them Kafka's class throws.
    pub throws: u64,
    /// In how many of them it never returns.
    pub hangs: u64,
    /// In how many of them the core says something else.
    pub differences: u64,
}

/// A case to which the two sides say different things.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The case.
    pub case: Case,
    /// What the core says.
    pub ours: Answer,
    /// What Kafka says.
    pub kafka: Answer,
}

/// Compares, and keeps count.
#[derive(Debug)]
pub struct Comparison<'a> {
    jvm: &'a mut Jvm,
    core: Core,
    counts: Vec<Count>,
    /// The first difference of each assignor and shape.
    differences: Vec<Difference>,
    /// Asked and not answered, with the place of its count.
    asked: VecDeque<(Case, Answer, usize)>,
}

/// Takes a case and Kafka's answer, to write them down.
pub type Taking<'a> = dyn FnMut(&Case, &Answer) -> Result<()> + 'a;

impl<'a> Comparison<'a> {
    /// A comparison of `core` with what `jvm` says.
    pub fn new(jvm: &'a mut Jvm, core: Core) -> Self {
        Self {
            jvm,
            core,
            counts: Vec::new(),
            differences: Vec::new(),
            asked: VecDeque::new(),
        }
    }

    /// Compares `cases` random cases of one source.
    pub fn random(
        &mut self,
        seed: u64,
        source: Source,
        cases: u64,
        taking: &mut Taking<'_>,
    ) -> Result<()> {
        let place = self.place(source.assignor, source.shape.name());
        let mut left = cases;
        let mut failed = None;
        for group in 0.. {
            if left == 0 || failed.is_some() {
                break;
            }
            generate::group(seed, source, group, &mut |case| {
                // A group that gets no answer ends.
                if left == 0 || failed.is_some() {
                    return Answer::Absent(true);
                }
                left -= 1;
                self.ask(case, place, taking).unwrap_or_else(|error| {
                    failed = Some(error);
                    Answer::Absent(true)
                })
            });
        }
        failed.map_or(Ok(()), Err)
    }

    /// Compares one case.
    pub fn one(&mut self, case: Case, taking: &mut Taking<'_>) -> Result<()> {
        let shape = case.id().split('/').nth(1).unwrap_or("-").to_owned();
        let place = self.place(case.assignor().to_owned().as_str(), &shape);
        self.ask(case, place, taking)?;
        Ok(())
    }

    /// Waits for what is asked, and answers what was counted and the first differences.
    pub fn finish(mut self, taking: &mut Taking<'_>) -> Result<(Vec<Count>, Vec<Difference>)> {
        while !self.asked.is_empty() {
            self.compare(taking)?;
        }
        Ok((self.counts, self.differences))
    }

    fn place(&mut self, assignor: &str, shape: &str) -> usize {
        let mut counts = self.counts.iter();
        let found = counts.position(|count| count.assignor == assignor && count.shape == shape);
        found.unwrap_or_else(|| {
            self.counts.push(Count {
                assignor: assignor.to_owned(),
                shape: shape.to_owned(),
                ..Count::default()
            });
            self.counts.len() - 1
        })
    }

    fn ask(&mut self, case: Case, place: usize, taking: &mut Taking<'_>) -> Result<Answer> {
        let ours = self.core.answer(&case)?;
        self.jvm.ask(&case, matches!(ours, Answer::Hangs(_)))?;
        self.asked.push_back((case, ours.clone(), place));
        while self.asked.len() > AHEAD {
            self.compare(taking)?;
        }
        Ok(ours)
    }

    fn compare(&mut self, taking: &mut Taking<'_>) -> Result<()> {
        let kafka = self.jvm.answer()?;
        let Some((case, ours, place)) = self.asked.pop_front() else {
            return Ok(());
        };
        taking(&case, &kafka)?;
        let differs = ours != kafka;
        if let Some(count) = self.counts.get_mut(place) {
            count.cases += 1;
            count.throws += u64::from(matches!(kafka, Answer::Throws(_)));
            count.hangs += u64::from(matches!(kafka, Answer::Hangs(_)));
            count.differences += u64::from(differs);
            if differs && count.differences == 1 {
                self.differences.push(Difference { case, ours, kafka });
            }
        }
        Ok(())
    }
}

/// The smallest case to which the two sides still say different things.
pub fn smallest(jvm: &mut Jvm, core: Core, found: Difference) -> Result<Difference> {
    let mut both = |case: &Case| -> Result<(Answer, Answer)> {
        let ours = core.answer(case)?;
        let kafka = jvm.ask_one(case, matches!(ours, Answer::Hangs(_)))?;
        Ok((ours, kafka))
    };
    let case = shrink::shrink(found.case, |case| {
        let (ours, kafka) = both(case)?;
        Ok(ours != kafka)
    })?;
    let (ours, kafka) = both(&case)?;
    Ok(Difference { case, ours, kafka })
}

/// The counts as a table, with a line for the sum.
pub fn table(counts: &[Count]) -> String {
    let mut sum = Count {
        assignor: "all".to_owned(),
        ..Count::default()
    };
    for count in counts {
        sum.cases += count.cases;
        sum.throws += count.throws;
        sum.hangs += count.hangs;
        sum.differences += count.differences;
    }
    let mut text = format!(
        "{:<19} {:<8} {:>8} {:>8} {:>8} {:>12}\n",
        "assignor", "shape", "cases", "throws", "hangs", "differences"
    );
    for Count {
        assignor,
        shape,
        cases,
        throws,
        hangs,
        differences,
    } in counts.iter().chain([&sum])
    {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{assignor:<19} {shape:<8} {cases:>8} {throws:>8} {hangs:>8} {differences:>12}"
        );
    }
    text
}
